using OnnxSplitter.Cli.Commands;
using OnnxSplitter.Hosting;
using OnnxSplitter.Hosting.CommandLine;

return CommandHost.RunProcess(cancellation =>
    CommandHost.Run(OnnxSplitCommand.Create(Streams.OfProcess()), args, Streams.OfProcess(), cancellation));
