using System.CommandLine;
using System.Diagnostics;
using System.Security.Cryptography;
using OnnxSplitter.Cli.Requests;
using OnnxSplitter.Cli.Results;
using OnnxSplitter.Hosting;
using OnnxSplitter.Hosting.CommandLine;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets.Envelope;

namespace OnnxSplitter.Cli.Commands;

/// <summary><c>onnxsplit restore</c>.</summary>
internal static class RestoreCommand
{
    private static readonly CommandDefinition<RestoreRequest> Definition = new(
        "restore", new RestoreRequest(),
        new RowTable<RestoreRequest>()
            .Value("OBFUSCATED.onnx", null, Kinds.Text, x => x.Model, (x, value) => x with { Model = value },
                "The obfuscated model.")
            .Secrets(x => x.Secrets, (x, value) => x with { Secrets = value })
            .Identities(x => x.Identities, (x, value) => x with { Identities = value })
            .PassphraseFile(x => x.PassphraseFile, (x, value) => x with { PassphraseFile = value })
            .Trust(x => x.Trust, (x, value) => x with { Trust = value })
            .SignerName(x => x.SignerName, (x, value) => x with { SignerName = value })
            .Audience(x => x.Audience, (x, value) => x with { Audience = value })
            .Value("--output|-o", "RESTORED.onnx", Kinds.Text, x => x.Output, (x, value) => x with { Output = value },
                "The restored model, in another folder if it has data files, which go with it. Its weights then lie on "
                + "the disk in the clear, for you alone to read (mode 0600), or as before where a file is replaced; - "
                + "writes it to standard output instead.", required: true)
            .Force(x => x.Force, (x, value) => x with { Force = value })
            .Json(x => x.Json, (x, value) => x with { Json = value }),
        "Turns an obfuscated model back into the original, bit for bit; with compact secrets, into one close to it.")
    {
        Examples =
        [
            "onnxsplit restore model.obfuscated.onnx -s model.secrets.p7m -i device.pem --trust vendor.crt -o "
            + "back.onnx",
        ],
    };

    public static Command Create(Streams streams) => Definition.Create((request, _) =>
    {
        var result = Restore(request, streams);
        if (request.ToStandardOutput) return ExitCodes.Done;
        if (request.Json) ResultJson.Write(streams, result);
        else
            streams.Output.WriteLine($"Wrote {result.Output}: "
                + (result.Compact ? "close to the original model (compact secrets)" : "the original model")
                + $", SHA-256 {result.Sha256}.");
        return ExitCodes.Done;
    });

    /// <summary>Verifies, opens, restores.</summary>
    public static RestoreResult Restore(RestoreRequest request, Streams streams)
    {
        var watch = Stopwatch.StartNew();
        InputOutput.Recover(request.Model);
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
            keys.Secrets(request.Secrets), TrustedSigner.Of(signer, request.SignerName), identities,
            new OpenOptions { Audience = request.Audience });
        if (standardOutput is null) ModelRestorer.RestoreToFile(request.Model, secrets, request.Output, request.Force);
        else if (secrets.Files.Count > 1)
            throw new UsageException(
                "A model with data files can't be written to standard output.", "Name a file with -o.");
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
