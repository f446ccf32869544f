using System.CommandLine;
using System.Diagnostics;
using OnnxSplitter.Cli.Hosting;
using OnnxSplitter.Cli.Results;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Cli.Commands;

/// <summary><c>onnxsplit restore</c>.</summary>
internal static class RestoreCommand
{
    public static Command Create(Streams streams)
    {
        var model = new Argument<string>("OBFUSCATED.onnx") { Description = "The obfuscated model." };
        var secrets = CommonOptions.Secrets();
        var identity = CommonOptions.Identity();
        var trust = CommonOptions.Trust();
        var output = new Option<string>("--output", "-o")
        {
            Description = "The restored model. Its weights then lie on the disk in the clear.",
            HelpName = "RESTORED.onnx",
            Required = true,
        };
        var force = CommonOptions.Force();
        var json = CommonOptions.Json();
        var command = new Command("restore", """
            Turns an obfuscated model back into the original, bit for bit; with compact secrets, into one close to it.

            Example:
              onnxsplit restore model.obfuscated.onnx -s model.secrets.p7m -i device.pem --trust vendor.crt -o back.onnx
            """)
        { model, secrets, identity, trust, output, force, json };
        command.SetWork((parsed, _) =>
        {
            var request = new RestoreRequest(
                parsed.GetRequiredValue(model), parsed.GetRequiredValue(secrets), parsed.GetRequiredValue(identity),
                parsed.GetRequiredValue(trust), parsed.GetRequiredValue(output), parsed.GetValue(force));
            var result = Restore(request);
            if (parsed.GetValue(json)) ResultJson.Write(streams, result);
            else
                streams.Output.WriteLine($"Wrote {result.Output}: "
                    + (result.Compact ? "close to the original model (compact secrets)" : "the original model")
                    + $", SHA-256 {result.Sha256}.");
            return ExitCodes.Done;
        });
        return command;
    }

    /// <summary>Verifies, opens, restores.</summary>
    public static RestoreResult Restore(RestoreRequest request)
    {
        var watch = Stopwatch.StartNew();
        InputOutput.Check(
            [request.Output], [request.Model, request.Secrets, request.Identity, request.Trust], request.Force);
        using var signer = KeyFiles.LoadCertificate(request.Trust);
        using var identity = KeyFiles.LoadIdentity(request.Identity);
        using var secrets = SecretsEnvelope.Open(SecretsEnvelope.ReadFile(request.Secrets), signer, identity);
        ModelRestorer.RestoreToFile(request.Model, secrets, request.Output, request.Force);
        var file = secrets.Files[0];
        return new RestoreResult(
            request.Output, secrets.IsCompact, Convert.ToHexStringLower(file.Sha256Restored), file.Length,
            watch.Elapsed.TotalSeconds);
    }
}

/// <summary>What to restore, from what, to where.</summary>
internal sealed record RestoreRequest(
    string Model, string Secrets, string Identity, string Trust, string Output, bool Force);
