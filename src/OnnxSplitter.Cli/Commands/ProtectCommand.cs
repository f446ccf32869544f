using System.CommandLine;
using OnnxSplitter.Cli.Requests;
using OnnxSplitter.Hosting;

namespace OnnxSplitter.Cli.Commands;

/// <summary><c>onnxsplit protect</c> and <c>onnxsplit rotate</c>. <see cref="ProtectJob"/> does the work.</summary>
internal static class ProtectCommand
{
    public static Command Create(Streams streams) => ProtectDefinitions.Protect.Create(
        (request, cancellation) => ProtectJob.Run(request, streams, cancellation));

    public static Command CreateRotate(Streams streams) => ProtectDefinitions.Rotate.Create(
        (request, cancellation) => ProtectJob.Run(request, streams, cancellation));
}
