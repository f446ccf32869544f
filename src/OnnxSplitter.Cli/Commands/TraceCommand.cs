using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Cli.Results;
using OnnxSplitter.Cli.Terminal;
using OnnxSplitter.Hosting;
using OnnxSplitter.Protection.Variants;
using OnnxSplitter.Secrets;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Secrets.Payload;
using Spectre.Console;

namespace OnnxSplitter.Cli.Commands;

/// <summary><c>onnxsplit trace</c>: whose variant a leaked model is.</summary>
internal static class TraceCommand
{
    public static Command Create(Streams streams)
    {
        var model = new Argument<string>("LEAKED.onnx")
        {
            Description = "The model that turned up somewhere; it may have been fine-tuned.",
        };
        var secrets = new Option<string>("--secrets", "-s")
        {
            Description = "Folder with the secrets of all variants (*.p7m).",
            HelpName = "DIR",
            Required = true,
        };
        var identity = CommonOptions.Identity();
        var passphraseFile = CommonOptions.PassphraseFile();
        var trust = CommonOptions.Trust();
        var json = CommonOptions.Json();
        var command = new Command("trace", """
            Says whose variant a leaked model is, out of those that protect --variant-per-recipient wrote. The secrets of
            variants are sealed to their signer too, so the vendor's key opens them all.

            Example:
              onnxsplit trace found.onnx --secrets variants/ -i vendor.pem --trust vendor.crt
            """)
        { model, secrets, identity, passphraseFile, trust, json };
        command.SetWork((parsed, _) =>
        {
            var keys = new KeyReader(streams, parsed.GetValue(passphraseFile));
            using var identities = keys.Identities(parsed.GetRequiredValue(identity));
            using var signer = keys.Certificate(parsed.GetRequiredValue(trust));
            var result = Trace(
                parsed.GetRequiredValue(model), parsed.GetRequiredValue(secrets), signer, identities);
            if (parsed.GetValue(json)) ResultJson.Write(streams, result);
            else Show(result, streams);
            return result.Variant is not null ? ExitCodes.Done : throw new AnswerException(
                $"{result.Model} can't be told to be the variant of any one recipient.",
                "Pass the folder with the secrets of all variants of this model; a model that was trained for long, or "
                + "pieced together from several variants, can't be traced.");
        });
        return command;
    }

    private static TraceResult Trace(
        string model, string folder, X509Certificate2 signer, IReadOnlyList<Identity> identities)
    {
        var opened = new Dictionary<string, ModelSecrets>(StringComparer.Ordinal);
        var recipients = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var unopened = new List<string>();
        try
        {
            foreach (var path in Files(folder))
            {
                var file = SecretsEnvelope.ReadFile(path);
                try
                {
                    opened[path] = SecretsEnvelope.Open(
                        file, signer, identities, new OpenOptions { IgnoreTerms = true });
                    recipients[path] = [.. SecretsEnvelope.Inspect(file).Recipients.Select(recipient => recipient.Address)];
                }
                catch (SecretsException)
                {
                    unopened.Add(path);
                }
            }

            if (opened.Count == 0)
                throw new UsageException($"None of the secrets in {folder} opens with this identity and this signer.",
                    "Pass the key that signed the variants with -i, and its certificate with --trust.");
            var evidence = LeakTrace.Compare(model, opened);
            var culprit = LeakTrace.Culprit(evidence);
            return new TraceResult(model, culprit?.Name, culprit is null ? [] : recipients[culprit.Name],
                [.. evidence.Select(one => new TraceVariant(one.Name, one.Changed, one.Telling))], unopened);
        }
        finally
        {
            foreach (var secrets in opened.Values) secrets.Dispose();
        }
    }

    private static string[] Files(string folder)
    {
        if (!Directory.Exists(folder))
            throw new UsageException($"{folder} is not a folder.", "Pass the folder with the variants' secrets.");
        string[] files = [.. Directory.EnumerateFiles(folder, "*.p7m").Order(StringComparer.Ordinal)];
        return files.Length > 0 ? files : throw new UsageException(
            $"{folder} holds no secrets (*.p7m).", "Pass the folder with the variants' secrets.");
    }

    private static void Show(TraceResult result, Streams streams)
    {
        var table = new Table().AddColumns("secrets", "weights of its own that are changed");
        foreach (var variant in result.Variants)
            table.AddRow(Consoles.Cell(variant.Secrets), new Text($"{variant.Changed} of {variant.Weights}"));
        Consoles.On(streams).Write(table);
        foreach (var path in result.NotOpened) streams.Output.WriteLine($"Left out: {path} does not open.");
        if (result.Variant is null) return;
        streams.Output.WriteLine($"{result.Model} is the variant of {result.Variant}, sealed to:");
        foreach (var recipient in result.Recipients) streams.Output.WriteLine($"  {recipient}");
    }
}
