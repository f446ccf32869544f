using OnnxSplitter.Cli.Hosting;
using OnnxSplitter.Cli.Commands;

return CommandHost.RunProcess(cancellation =>
    CommandHost.Run(OnnxSplitCommand.Create(Streams.OfProcess()), args, Streams.OfProcess(), cancellation));
