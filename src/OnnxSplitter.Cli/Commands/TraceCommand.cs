using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Cli.Requests;
using OnnxSplitter.Cli.Results;
using OnnxSplitter.Cli.Terminal;
using OnnxSplitter.Hosting;
using OnnxSplitter.Hosting.CommandLine;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
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
    private static readonly CommandDefinition<TraceRequest> Definition = new(
        "trace", new TraceRequest(),
        new RowTable<TraceRequest>()
            .Value("LEAKED.onnx", null, Kinds.Text, x => x.Model, (x, value) => x with { Model = value },
                "The model that turned up somewhere; it may have been fine-tuned.")
            .Value("--secrets|-s", "DIR", Kinds.Text, x => x.Secrets, (x, value) => x with { Secrets = value },
                "The folder that holds the secrets of all variants (*.p7m); not one secrets file.", required: true)
            .Identities(x => x.Identities, (x, value) => x with { Identities = value })
            .PassphraseFile(x => x.PassphraseFile, (x, value) => x with { PassphraseFile = value })
            .Trust(x => x.Trust, (x, value) => x with { Trust = value })
            .Json(x => x.Json, (x, value) => x with { Json = value }),
        "Says whose variant a leaked model is, out of those that protect --variant-per-recipient wrote. The secrets of "
        + "variants are sealed to their signer too, so the vendor's key opens them all.")
    {
        Examples = ["onnxsplit trace variants/model.device.onnx --secrets variants -i vendor.pem --trust vendor.crt"],
    };

    public static Command Create(Streams streams) => Definition.Create((request, _) =>
    {
        var files = Files(request.Secrets);
        InputOutput.Recover(request.Model);
        using var model = ModelFile.Open(request.Model);
        var keys = new KeyReader(streams, request.PassphraseFile);
        using var identities = keys.Identities(request.Identities);
        using var signer = keys.Certificate(request.Trust);
        var result = Trace(model, files, signer, identities);
        if (request.Json) ResultJson.Write(streams, result);
        else Show(result, streams);
        return result.Variant is not null ? ExitCodes.Done : throw new AnswerException(
            $"{result.Model} can't be told to be the variant of any one recipient.",
            "Pass the folder with the secrets of all variants of this model; a model that was trained for long, or "
            + "pieced together from several variants, can't be traced.");
    });

    private static TraceResult Trace(
        ModelFile model, string[] files, X509Certificate2 signer, IReadOnlyList<Identity> identities)
    {
        var opened = new Dictionary<string, ModelSecrets>(StringComparer.Ordinal);
        var recipients = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var unopened = new List<string>();
        var refusals = new List<OnnxSplitterException>();
        try
        {
            foreach (var path in files)
            {
                try
                {
                    var file = SecretsEnvelope.ReadFile(path);
                    opened[path] = SecretsEnvelope.Open(
                        file, signer, identities, new OpenOptions { IgnoreTerms = true });
                    recipients[path] =
                        [.. SecretsEnvelope.Inspect(file).Recipients.Select(recipient => recipient.Address)];
                }
                catch (OnnxSplitterException e) when (e is SecretsException or SecretsFileException)
                {
                    refusals.Add(e);
                    unopened.Add(path);
                }
            }

            // What the signer vouches for and the identity does not open says more than what lies beside it.
            if (opened.Count == 0)
                throw refusals.MaxBy(e => e is SecretsException { Failure: SecretsFailure.NotOpened })!;
            var evidence = LeakTrace.Compare(model, opened);
            var culprit = LeakTrace.Culprit(evidence);
            return new TraceResult(model.FilePath, culprit?.Name, culprit is null ? [] : recipients[culprit.Name],
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
