using OnnxSplitter.Hosting;
using OnnxSplitter.Hosting.CommandLine;
using OnnxSplitter.SecureWorld;
using OnnxSplitter.SecureWorld.Hardening;

return CommandHost.RunProcess(cancellation =>
{
    RuntimeDiagnostics.TurnOff();
    return CommandHost.Run(SecureCommand.Create(Streams.OfProcess()), args, Streams.OfProcess(), cancellation);
});
