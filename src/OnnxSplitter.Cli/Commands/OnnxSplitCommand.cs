using System.CommandLine;
using System.CommandLine.Help;
using OnnxSplitter.Hosting;

namespace OnnxSplitter.Cli.Commands;

/// <summary>The tool itself: its commands, and help where none is named.</summary>
internal static class OnnxSplitCommand
{
    public static Command Create(Streams streams)
    {
        // A plain command, because a root command is named after the file it runs from.
        var root = new Command("onnxsplit", """
            Splits an ONNX model in two: an obfuscated model that predicts at chance, and sealed secrets that turn it
            back into the original, bit for bit, for their recipients alone.

            Begin with:
              onnxsplit keygen vendor
              onnxsplit keygen device
              onnxsplit protect model.onnx -r device.crt --signer vendor.pem --data examples.npz
              onnxsplit restore model.obfuscated.onnx -s model.secrets.p7m -i device.pem --trust vendor.crt -o back.onnx
            """)
        {
            KeygenCommand.Create(streams),
            ProtectCommand.Create(streams),
            RestoreCommand.Create(streams),
            InspectCommand.Create(streams),
            RecipientsCommand.Create(streams),
            RotateCommand.Create(streams),
            TraceCommand.Create(streams),
            EvaluateCommand.Create(streams),
            DemoCommand.Create(streams),
        };
        root.Options.Add(new HelpOption());
        root.Options.Add(new VersionOption());
        root.SetAction(parsed => new HelpAction().Invoke(parsed));
        return root;
    }
}
