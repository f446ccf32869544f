using OnnxSplitter.Checker;
using OnnxSplitter.Hosting;

return CommandHost.RunProcess(cancellation =>
    CommandHost.Run(CheckCommand.Create(Streams.OfProcess()), args, Streams.OfProcess(), cancellation));
