using System.CommandLine;
using System.Diagnostics;
using System.Security.Cryptography;
using OnnxSplitter.Hosting;
using OnnxSplitter.Cli.Results;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets.Envelope;

namespace OnnxSplitter.Cli.Commands;

/// <summary><c>onnxsplit restore</c>.</summary>
internal static class RestoreCommand
{
    public static Command Create(Streams streams)
    {
        var model = new Argument<string>("OBFUSCATED.onnx") { Description = "The obfuscated model." };
        var secrets = CommonOptions.Secrets();
        var identity = CommonOptions.Identity();
        var passphraseFile = CommonOptions.PassphraseFile();
        var trust = CommonOptions.Trust();
        var signerName = CommonOptions.SignerName();
        var audience = CommonOptions.Audience();
        var output = new Option<string>("--output", "-o")
        {
            Description = "The restored model, in another folder if it has data files, which go with it. Its weights then lie on "
                + "the disk in the clear; - writes it to standard output instead.",
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
        { model, secrets, identity, passphraseFile, trust, signerName, audience, output, force, json };
        command.SetWork((parsed, _) =>
        {
            var request = new RestoreRequest(
                parsed.GetRequiredValue(model), parsed.GetRequiredValue(secrets), parsed.GetRequiredValue(identity),
                parsed.GetValue(passphraseFile), parsed.GetRequiredValue(trust), parsed.GetRequiredValue(output),
                parsed.GetValue(force))
            {
                SignerName = parsed.GetValue(signerName),
                Audience = parsed.GetValue(audience),
            };
            var result = Restore(request, streams);
            if (request.ToStandardOutput) return ExitCodes.Done;
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
    public static RestoreResult Restore(RestoreRequest request, Streams streams)
    {
        var watch = Stopwatch.StartNew();
        if (!request.ToStandardOutput)
        {
            InputOutput.Check(
                [request.Output],
                [request.Model, request.Secrets, .. request.Identities, request.PassphraseFile, request.Trust],
                request.Force);
        }

        using var standardOutput = request.ToStandardOutput ? streams.RequireOutput() : null;
        var keys = new KeyReader(streams, request.PassphraseFile);
        using var signer = keys.Certificate(request.Trust);
        using var identities = keys.Identities(request.Identities);
        using var secrets = SecretsEnvelope.Open(
            keys.Secrets(request.Secrets), KeyReader.Trust(signer, request.SignerName), identities,
            new OpenOptions { Audience = request.Audience });
        if (standardOutput is null) ModelRestorer.RestoreToFile(request.Model, secrets, request.Output, request.Force);
        else if (secrets.Files.Count > 1)
            throw new UsageException("A model with data files can't be written to standard output.", "Name a file with -o.");
        else Write(ModelRestorer.RestoreInMemory(request.Model, secrets), standardOutput);
        var file = secrets.Files[0];
        return new RestoreResult(
            request.Output, secrets.IsCompact, Convert.ToHexStringLower(file.Sha256Restored),
            secrets.Files.Sum(each => each.Length),
            watch.Elapsed.TotalSeconds);
    }

    private static void Write(byte[] model, Stream output)
    {
        try
        {
            output.Write(model);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(model);
        }
    }
}
