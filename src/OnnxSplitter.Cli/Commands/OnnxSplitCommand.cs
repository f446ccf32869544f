using System.CommandLine;
using OnnxSplitter.Hosting;
using OnnxSplitter.Hosting.CommandLine;

namespace OnnxSplitter.Cli.Commands;

/// <summary>The tool itself: its commands, and help where none is named.</summary>
internal static class OnnxSplitCommand
{
    private static readonly CommandDescription Description = new(
        "onnxsplit",
        "Splits an ONNX model in two: an obfuscated model that predicts at chance, and sealed secrets that turn it "
        + "back into the original, bit for bit, for their recipients alone.")
    {
        Examples =
        [
            "onnxsplit keygen vendor",
            "onnxsplit keygen device",
            "onnxsplit protect model.onnx -r device.crt --signer vendor.pem --data examples.npz",
            "onnxsplit restore model.obfuscated.onnx -s model.secrets.p7m -i device.pem --trust vendor.crt -o "
            + "back.onnx",
        ],
    };

    public static Command Create(Streams streams) => ProgramCommand.Of(
        Description,
        KeygenCommand.Create(streams),
        ProtectCommand.Create(streams),
        RestoreCommand.Create(streams),
        InspectCommand.Create(streams),
        RecipientsCommand.Create(streams),
        ProtectCommand.CreateRotate(streams),
        TraceCommand.Create(streams),
        EvaluateCommand.Create(streams),
        AttackCommand.Create(streams),
        DemoCommand.Create(streams)).AsProgram(streams);
}
