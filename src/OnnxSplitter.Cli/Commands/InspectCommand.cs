using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Cli.Requests;
using OnnxSplitter.Cli.Results;
using OnnxSplitter.Cli.Terminal;
using OnnxSplitter.Hosting;
using OnnxSplitter.Hosting.CommandLine;
using OnnxSplitter.Secrets.Envelope;

namespace OnnxSplitter.Cli.Commands;

/// <summary>
/// <c>onnxsplit inspect</c>: what a secrets file says, never positions or values; or what a model has.
/// </summary>
internal static class InspectCommand
{
    private const string Pinned = "signed with the key of the given certificate";

    private const string NotPinned =
        "signer not checked against a pinned certificate; pass the file to onnxsplit-check for that";

    private static readonly CommandDefinition<InspectRequest> Definition = new(
        "inspect", new InspectRequest(),
        new RowTable<InspectRequest>()
            .Value("FILE", null, Kinds.Text, x => x.File, (x, value) => x with { File = value },
                "The sealed secrets, or - for standard input; or a model.")
            .Identities(x => x.Identities, (x, value) => x with { Identities = value }, required: false)
            .PassphraseFile(x => x.PassphraseFile, (x, value) => x with { PassphraseFile = value })
            .Value("--trust", "CERT", Kinds.OptionalText, x => x.Trust, (x, value) => x with { Trust = value },
                "The vendor's certificate, to verify against. Compact secrets hold none of their own, so that "
                + "opening them takes it.")
            .Audience(x => x.Audience, (x, value) => x with { Audience = value })
            .Json(x => x.Json, (x, value) => x with { Json = value }),
        "Shows what a secrets file says about itself: signer, recipients, algorithm; with an identity also the "
        + "tensors. Nothing that it shows is vouched for, unless by --trust.",
        "Of a model, it shows the weight tensors, and which of them a gradient reaches, that is, which ones protect "
        + "can choose from. The model is not run.")
    {
        Examples = ["onnxsplit inspect model.secrets.p7m -i device.pem", "onnxsplit inspect model.onnx"],
    };

    public static Command Create(Streams streams) => Definition.Create((request, _) =>
    {
        if (!ModelInspection.IsSecrets(request.File))
        {
            if (request.Identities.Count > 0 || request.Trust is not null)
                throw new UsageException(
                    $"{request.File} is no secrets file.", "Leave out --identity and --trust to inspect a model.");
            ModelInspection.Run(request.File, streams, request.Json);
            return ExitCodes.Done;
        }

        var result = Inspect(new KeyReader(streams, request.PassphraseFile), request);
        if (request.Json) ResultJson.Write(streams, result);
        else Show(result, streams.Output);
        return ExitCodes.Done;
    });

    private static InspectResult Inspect(KeyReader keys, InspectRequest request)
    {
        var file = keys.Secrets(request.File);
        var info = SecretsEnvelope.Inspect(file);
        var result = new InspectResult(
            Verified: request.Trust is not null, request.Trust is not null ? Pinned : NotPinned, info.Signer,
            info.SignerSha256,
            [.. info.Recipients.Select(recipient => recipient.Address)], info.ContentEncryption,
            info.Length, Contents: null)
        {
            Audience = info.Terms?.Audience,
            NotBefore = info.Terms?.NotBefore,
            NotAfter = info.Terms?.NotAfter,
        };
        if (request.Identities.Count == 0)
        {
            using var pinned = request.Trust is null ? null : keys.Certificate(request.Trust);
            if (pinned is not null) SecretsEnvelope.CheckSignature(file, pinned);
            return result;
        }

        using var identities = keys.Identities(request.Identities);
        using var signer = Signer(keys, info, request.File, request.Trust);
        using var secrets =
            SecretsEnvelope.Open(file, signer, identities, new OpenOptions { Audience = request.Audience });
        return result with
        {
            Contents = new InspectContents(
                secrets.Strategy,
                secrets.IsCompact,
                secrets.ToolVersion,
                secrets.Created,
                [.. secrets.Files.Select(f => new InspectFile(f.Name, f.Length,
                    Convert.ToHexStringLower(f.Sha256Obfuscated), Convert.ToHexStringLower(f.Sha256Restored),
                    Convert.ToHexStringLower(f.Sha256Original)))],
                [.. secrets.Tensors.Select(t => new InspectTensor(t.Path, [.. t.Dims], t.Indices.Length))],
                secrets.Keyed is { } keyed
                    ? new InspectKeyed(KeyedText.Rules(keyed.Rules), keyed.Tensors.Count, keyed.Thresholds is null)
                    : null),
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

        if (contents.Keyed is { } keyed)
            output.WriteLine($"Keyed:         {keyed.Rules}; {Format.Tensors(keyed.Tensors)}"
                + (keyed.Whole ? "" : ", the largest weights of each"));
        foreach (var tensor in contents.Tensors)
            output.WriteLine(
                $"Tensor:        {tensor.Path} [{string.Join(", ", tensor.Dims)}]: {tensor.Weights} changed");
    }
}
