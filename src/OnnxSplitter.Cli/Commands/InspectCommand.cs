using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Hosting;
using OnnxSplitter.Cli.Results;
using OnnxSplitter.Secrets.Envelope;

namespace OnnxSplitter.Cli.Commands;

/// <summary><c>onnxsplit inspect</c>: what a secrets file says, never positions or values; or what a model has.</summary>
internal static class InspectCommand
{
    private const string Pinned = "signed with the key of the given certificate";

    private const string NotPinned =
        "signer not checked against a pinned certificate; pass the file to onnxsplit-check for that";

    public static Command Create(Streams streams)
    {
        var file = new Argument<string>("FILE") { Description = "The sealed secrets, or - for standard input; or a model." };
        var identity = CommonOptions.Identity(required: false);
        var passphraseFile = CommonOptions.PassphraseFile();
        var trust = new Option<string?>("--trust")
        {
            Description = "With --identity: the vendor's certificate, to verify against. Compact secrets hold none of their own.",
            HelpName = "CERT",
        };
        var audience = CommonOptions.Audience();
        var json = CommonOptions.Json();
        var command = new Command("inspect", """
            Of a secrets file: what it says about itself: signer, recipients, algorithm; with an identity also the
            tensors. Nothing that it shows is vouched for, unless by --trust.

            Of a model: its weight tensors, and which of them a gradient reaches, that is, which ones protect can choose
            from. The model is not run.

            Examples:
              onnxsplit inspect model.secrets.p7m -i device.pem
              onnxsplit inspect model.onnx
            """)
        { file, identity, passphraseFile, trust, audience, json };
        command.SetWork((parsed, _) =>
        {
            var path = parsed.GetRequiredValue(file);
            var identities = parsed.GetValue(identity) ?? [];
            if (!ModelInspection.IsSecrets(path))
            {
                if (identities.Length > 0 || parsed.GetValue(trust) is not null)
                    throw new UsageException($"{path} is no secrets file.", "Leave out --identity and --trust to inspect a model.");
                ModelInspection.Run(path, streams, parsed.GetValue(json));
                return ExitCodes.Done;
            }

            var keys = new KeyReader(streams, parsed.GetValue(passphraseFile));
            var result = Inspect(keys, path, identities, parsed.GetValue(trust), parsed.GetValue(audience));
            if (parsed.GetValue(json)) ResultJson.Write(streams, result);
            else Show(result, streams.Output);
            return ExitCodes.Done;
        });
        return command;
    }

    private static InspectResult Inspect(
        KeyReader keys, string path, string[] identityPaths, string? trustPath, string? audience)
    {
        var file = keys.Secrets(path);
        var info = SecretsEnvelope.Inspect(file);
        var result = new InspectResult(
            Verified: false, NotPinned, info.Signer, info.SignerSha256,
            [.. info.Recipients.Select(recipient => recipient.Address)], info.ContentEncryption,
            info.Length, Contents: null)
        {
            Audience = info.Terms?.Audience,
            NotBefore = info.Terms?.NotBefore,
            NotAfter = info.Terms?.NotAfter,
        };
        if (identityPaths.Length == 0) return result;

        using var identities = keys.Identities(identityPaths);
        using var signer = Signer(keys, info, path, trustPath);
        using var secrets = SecretsEnvelope.Open(file, signer, identities, new OpenOptions { Audience = audience });
        return result with
        {
            Verified = trustPath is not null,
            Note = trustPath is not null ? Pinned : NotPinned,
            Contents = new InspectContents(
                secrets.Strategy,
                secrets.IsCompact,
                secrets.ToolVersion,
                secrets.Created,
                [.. secrets.Files.Select(f => new InspectFile(f.Name, f.Length,
                    Convert.ToHexStringLower(f.Sha256Obfuscated), Convert.ToHexStringLower(f.Sha256Restored),
                    Convert.ToHexStringLower(f.Sha256Original)))],
                [.. secrets.Tensors.Select(t => new InspectTensor(t.Path, [.. t.Dims], t.Indices.Length))]),
        };
    }

    // An embedded certificate proves that the file is whole, not whose it is; hence the note.
    private static X509Certificate2 Signer(KeyReader keys, EnvelopeInfo info, string path, string? trustPath) =>
        trustPath is not null ? keys.Certificate(trustPath)
        : info.SignerCertificate is { } embedded ? X509CertificateLoader.LoadCertificate(embedded.Span)
        : throw new UsageException(
            $"{path} holds no certificate to check it with.", "Pass the vendor's certificate with --trust.");

    private static void Show(InspectResult result, TextWriter output)
    {
        output.WriteLine((result.Verified ? "Verified:      " : "Not verified:  ") + result.Note + ".");
        output.WriteLine($"Signer:        {result.Signer}");
        if (result.SignerSha256 is { } sha256) output.WriteLine($"  SHA-256      {sha256}");
        foreach (var recipient in result.Recipients) output.WriteLine($"Recipient:     {recipient}");
        if (result.Audience is { } audience) output.WriteLine($"Audience:      {audience}");
        if (result.NotBefore is { } from) output.WriteLine($"Not before:    {from:yyyy-MM-dd HH:mm:ss} UTC");
        if (result.NotAfter is { } until) output.WriteLine($"Not after:     {until:yyyy-MM-dd HH:mm:ss} UTC");
        output.WriteLine($"Encryption:    {result.ContentEncryption}");
        output.WriteLine($"Length:        {result.Length} bytes");
        if (result.Contents is not { } contents) return;

        output.WriteLine($"Strategy:      {contents.Strategy}");
        if (contents.Compact)
            output.WriteLine("Compact:       changed weights are restored to one value, not to what they were");
        output.WriteLine($"Made:          {contents.Created:yyyy-MM-dd HH:mm:ss} UTC, version {contents.ToolVersion}");
        foreach (var file in contents.Files)
        {
            output.WriteLine($"File:          {file.Name}, {file.Length} bytes");
            output.WriteLine($"  obfuscated   {file.Sha256Obfuscated}");
            if (contents.Compact) output.WriteLine($"  restored     {file.Sha256Restored}");
            output.WriteLine($"  original     {file.Sha256Original}");
        }

        foreach (var tensor in contents.Tensors)
            output.WriteLine($"Tensor:        {tensor.Path} [{string.Join(", ", tensor.Dims)}]: {tensor.Weights} changed");
    }
}
