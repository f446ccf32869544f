using OnnxSplitter.Cli.Requests;
using OnnxSplitter.Cli.Results;
using OnnxSplitter.Cli.Terminal;
using OnnxSplitter.Hosting;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Cli.Commands;

/// <summary>Protects a model and reports.</summary>
internal static class ProtectJob
{
    public static int Run(ProtectRequest request, Streams streams, CancellationToken cancellation)
    {
        if (request.Output.Length == 0) request = request with { Output = DefaultOutput(request.Model) };
        string?[] inputs =
        [
            request.Model, request.Signer, request.PassphraseFile, .. request.Recipients, .. request.RecipientFiles,
            request.Data.Calibration, request.Data.Evaluation, request.Former?.Path, request.Former?.Trust, .. request.Former?.Identities ?? [],
        ];
        string[] outputs = request.VariantPerRecipient
            ? [.. request.Reports]
            : [request.Output, request.Secrets, .. request.Reports];
        InputOutput.Check(outputs, inputs, request.Force);
        if (request.State is { } state) InputOutput.CheckDistinct([.. outputs, state], inputs);
        if (request.NoEvaluation) return RunUnmeasured(request, streams, cancellation);
        var report = Protect(request, streams, cancellation);
        if (request.Json) ResultJson.Write(streams, ProtectResult.Of(report, request.Reports));
        else Show(request, report, streams);
        if (!report.RestoredClosely)
            throw new AnswerException(
                $"Compact secrets give back {MeasureText.Value(report.Metric, report.Restored)} only, by "
                + $"{MeasureText.Name(report.Metric)}; the original has "
                + $"{MeasureText.Value(report.Metric, report.Original)}.",
                "Nothing was written: allow more with --compact-tolerance, or leave out --compact"
                + (File.Exists(request.State) ? "; --resume saves the search." : "."));
        if (report.TargetReached) return ExitCodes.Done;
        throw new AnswerException(
            $"The target {MeasureText.Name(report.Metric)} of {MeasureText.Value(report.Metric, report.Target)} was not "
            + $"reached: {report.WeightsChanged} changed weights gave {MeasureText.Value(report.Metric, report.Obfuscated)}.",
            report.Written ? "The best that was found was written, as asked."
                : report.WeightsChanged == 0
                    ? "Nothing was written, since no change was found that makes it worse: see with 'onnxsplit inspect' what a "
                    + "gradient reaches, give examples with --data, or try --strategy random."
                : "Nothing was written: " + (File.Exists(request.State)
                    ? "go on with --resume and a larger --max-weights"
                    : "allow more with --max-weights") + ", or pass --accept-best to keep the best found.");
    }

    private static int RunUnmeasured(ProtectRequest request, Streams streams, CancellationToken cancellation)
    {
        var report = WithOptions(request, streams, options => UnmeasuredProtection.Run(options, cancellation));
        if (request.Json)
        {
            ResultJson.Write(streams, UnmeasuredResult.Of(report));
            return ExitCodes.Done;
        }

        streams.Output.WriteLine(
            $"Changed {report.WeightsChanged} of {report.WeightsTotal} weights, in {report.TensorsChanged} tensors; what that does "
            + "to the model was not measured.");
        streams.Output.WriteLine($"Wrote {report.Output}: the obfuscated model, to ship"
            + (report.DataFiles.Count == 0 ? "." : $" with its data files {string.Join(", ", report.DataFiles)}."));
        streams.Output.WriteLine($"Wrote {report.Secrets}: the secrets, which their recipients alone can open.");
        return ExitCodes.Done;
    }

    /// <summary>Runs the pipeline with a progress display, and writes the reports with its outputs.</summary>
    public static ProtectionReport Protect(ProtectRequest request, Streams streams, CancellationToken cancellation)
    {
        RuntimeLog.Quiet();
        using var reports = new ReportOutputs(request);
        try
        {
            var report = WithOptions(request, streams, options => ProgressDisplay.Run(streams, request.Json,
                progress => ProtectionPipeline.Run(options, progress, reports.Write, cancellation)));
            reports.Commit();
            return report;
        }
        catch (OperationCanceledException e) when (File.Exists(request.State))
        {
            throw new ResumableException("Nothing was written; the same command with --resume goes on.", e);
        }
    }

    /// <summary>Loads keys and certificates for as long as a job runs.</summary>
    private static T WithOptions<T>(ProtectRequest request, Streams streams, Func<ProtectionOptions, T> run)
    {
        var keys = new KeyReader(streams, request.PassphraseFile);
        using var recipients = keys.Recipients(request.Recipients, request.RecipientFiles);
        using var signer = keys.Identity(request.Signer);
        Tell(request, signer, streams);
        var variants = request.VariantPerRecipient
            ? VariantFiles.Of(request, recipients.Certificates, signer.Certificate)
            : [];
        InputOutput.CheckDistinct([.. request.Reports, .. variants.SelectMany(v => new[] { v.Output, v.Secrets })],
            [request.Signer, .. request.Recipients, .. request.RecipientFiles]);
        var options = new ProtectionOptions(request.Model, request.Output, request.Secrets, signer, recipients.Certificates)
        {
            Sealing = request.Sealing,
            Data = request.Data,
            Search = request.Search,
            AcceptBest = request.AcceptBest,
            Compact = request.Compact,
            Variants = variants,
            Kept =
            [
                request.Signer, .. request.Recipients, .. request.RecipientFiles, .. request.Reports,
                .. new[] { request.Data.Calibration, request.Data.Evaluation, request.PassphraseFile }.OfType<string>(),
            ],
            State = request.State,
            Resume = request.Resume,
            Force = request.Force,
        };
        return request.Former is { } former ? FormerOriginal.With(former, keys, options, run) : run(options);
    }

    // Data files keep their names, so they can't lie beside the original's.
    private static string DefaultOutput(string model)
    {
        var stem = model.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) ? model[..^".onnx".Length] : model;
        try
        {
            using var file = ModelFile.Open(model);
            if (file.DataFiles.Count > 0) return Path.Combine($"{stem}.obfuscated", Path.GetFileName(model));
        }
        catch (ModelFormatException)
        {
            // The job will say what is wrong with it.
        }

        return $"{stem}.obfuscated.onnx";
    }

    private static void Tell(ProtectRequest request, Identity signer, Streams streams)
    {
        var writer = request.Json ? streams.Error : streams.Output;
        using var file = ModelFile.Open(request.Model);
        foreach (var tensor in file.Skipped)
            writer.WriteLine($"Left alone: {Printable.Of(tensor.Path)}: {tensor.Reason}.");
        if (!request.NoEvaluation && request.State is not null && !ProtectionPipeline.CanKeepState(signer))
            writer.WriteLine("No state of the search is kept: the signer's private key can't be exported.");
    }

    private static void Show(ProtectRequest request, ProtectionReport report, Streams streams)
    {
        ReportTable.Write(streams, report);
        if (!report.Written) return;
        if (report.Variants.Count == 0)
        {
            streams.Output.WriteLine($"Wrote {report.Output}: the obfuscated model, to ship.");
            streams.Output.WriteLine($"Wrote {report.Secrets}: the secrets, which their recipients alone can open.");
        }

        foreach (var variant in report.Variants)
            streams.Output.WriteLine($"Wrote {variant.Output} and {variant.Secrets}, for {variant.Name}: "
                + $"{variant.WeightsChanged} weights, {MeasureText.Name(report.Metric)} {MeasureText.Value(report.Metric, variant.Obfuscated)}.");
        foreach (var path in request.Reports)
            streams.Output.WriteLine($"Wrote {path}: the report, internal, since it names the touched tensors.");
    }
}
