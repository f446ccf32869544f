using OnnxSplitter.Checker;
using OnnxSplitter.Hosting;
using OnnxSplitter.Hosting.CommandLine;

return CommandHost.RunProcess(cancellation =>
    CommandHost.Run(CheckCommand.Create(Streams.OfProcess()), args, Streams.OfProcess(), cancellation));
