using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Cli.Hosting;
using OnnxSplitter.Cli.Results;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Cli.Commands;

/// <summary><c>onnxsplit inspect</c>: what a secrets file says, never positions or values.</summary>
internal static class InspectCommand
{
    private const string NotPinned =
        "signer not checked against a pinned certificate; pass the file to onnxsplit-check for that";

    public static Command Create(Streams streams)
    {
        var file = new Argument<string>("SECRETS.p7m") { Description = "The sealed secrets." };
        var identity = new Option<string?>("--identity", "-i")
        {
            Description = "Opens the secrets, to show how many weights of which tensors they hold.",
            HelpName = "PEM|PFX",
        };
        var json = CommonOptions.Json();
        var command = new Command("inspect", """
            Shows what a secrets file says about itself: signer, recipients, algorithm; with an identity also the
            tensors. Nothing that it shows is vouched for.

            Example:
              onnxsplit inspect model.secrets.p7m -i device.pem
            """)
        { file, identity, json };
        command.SetWork((parsed, _) =>
        {
            var result = Inspect(parsed.GetRequiredValue(file), parsed.GetValue(identity));
            if (parsed.GetValue(json)) ResultJson.Write(streams, result);
            else Show(result, streams.Output);
            return ExitCodes.Done;
        });
        return command;
    }

    private static InspectResult Inspect(string path, string? identityPath)
    {
        var file = SecretsEnvelope.ReadFile(path);
        var info = SecretsEnvelope.Inspect(file);
        var result = new InspectResult(
            Verified: false, NotPinned, info.SignerSubject, info.SignerSha256, info.Recipients, info.ContentEncryption,
            info.Length, Contents: null);
        if (identityPath is null) return result;

        // The embedded certificate proves that the file is whole, not whose it is; hence the note.
        using var identity = KeyFiles.LoadIdentity(identityPath);
        using var signer = X509CertificateLoader.LoadCertificate(info.SignerCertificate.Span);
        using var secrets = SecretsEnvelope.Open(file, signer, identity);
        return result with
        {
            Contents = new InspectContents(
                secrets.Strategy,
                secrets.ToolVersion,
                secrets.Created,
                [.. secrets.Files.Select(f => new InspectFile(f.Name, f.Length,
                    Convert.ToHexStringLower(f.Sha256Obfuscated), Convert.ToHexStringLower(f.Sha256Original)))],
                [.. secrets.Tensors.Select(t => new InspectTensor(t.Path, [.. t.Dims], t.Indices.Length))]),
        };
    }

    private static void Show(InspectResult result, TextWriter output)
    {
        output.WriteLine("Not verified:  " + result.Note + ".");
        output.WriteLine($"Signer:        {result.Signer}");
        output.WriteLine($"  SHA-256      {result.SignerSha256}");
        foreach (var recipient in result.Recipients) output.WriteLine($"Recipient:     {recipient}");
        output.WriteLine($"Encryption:    {result.ContentEncryption}");
        output.WriteLine($"Length:        {result.Length} bytes");
        if (result.Contents is not { } contents) return;

        output.WriteLine($"Strategy:      {contents.Strategy}");
        output.WriteLine($"Made:          {contents.Created:yyyy-MM-dd HH:mm:ss} UTC, version {contents.ToolVersion}");
        foreach (var file in contents.Files)
        {
            output.WriteLine($"File:          {file.Name}, {file.Length} bytes");
            output.WriteLine($"  obfuscated   {file.Sha256Obfuscated}");
            output.WriteLine($"  original     {file.Sha256Original}");
        }

        foreach (var tensor in contents.Tensors)
            output.WriteLine($"Tensor:        {tensor.Path} [{string.Join(", ", tensor.Dims)}]: {tensor.Weights} changed");
    }
}
