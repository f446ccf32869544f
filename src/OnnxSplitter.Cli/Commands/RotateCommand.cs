using System.CommandLine;
using OnnxSplitter.Hosting;

namespace OnnxSplitter.Cli.Commands;

/// <summary><c>onnxsplit rotate</c>: protects a protected model anew, with other weights.</summary>
internal static class RotateCommand
{
    public static Command Create(Streams streams)
    {
        var model = new Argument<string>("OBFUSCATED.onnx") { Description = "The obfuscated model. It is never written to." };
        var secrets = CommonOptions.Secrets();
        var identity = CommonOptions.Identity();
        var trust = new Option<string?>("--trust")
        {
            Description = "The certificate that vouches for the present secrets. [default: the signer's]",
            HelpName = "CERT",
        };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "The newly obfuscated model. [default: MODEL.rotated.onnx beside the model]",
            HelpName = "OUT.onnx",
        };
        var newSecrets = new Option<string?>("--new-secrets")
        {
            Description = "The newly sealed secrets. [default: MODEL.rotated.p7m beside the model]",
            HelpName = "SECRETS.p7m",
        };
        var command = new Command("rotate", """
            Protects a protected model anew: restores it in memory, chooses other weights than those that are changed now, and
            seals new secrets. The old secrets do not fit the new model. Nothing is taken back: whoever has the old model and
            its secrets can go on with them. The original is not written to the disk.

            Example:
              onnxsplit rotate model.obfuscated.onnx -s model.secrets.p7m -i vendor.pem -r device.crt --signer vendor.pem
                --data examples.npz --evaluate test.npz
            """)
        { model, secrets, identity, trust, output, newSecrets };
        ProtectCommand.AddTo(command);
        command.SetWork((parsed, cancellation) =>
        {
            var path = parsed.GetRequiredValue(model);
            var stem = ProtectCommand.Stem(ProtectCommand.Stem(path, ".onnx"), ".obfuscated");
            var request = ProtectCommand.Request(parsed, path, parsed.GetValue(output) ?? $"{stem}.rotated.onnx",
                parsed.GetValue(newSecrets) ?? $"{stem}.rotated.p7m");
            return ProtectJob.Run(request with
            {
                Former = new FormerSecrets(
                    parsed.GetRequiredValue(secrets), parsed.GetRequiredValue(identity), parsed.GetValue(trust)),
            }, streams, cancellation);
        });
        return command;
    }
}
