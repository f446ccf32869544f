using System.Diagnostics;
using OnnxSplitter.Attacks;
using OnnxSplitter.Attacks.Suite;
using OnnxSplitter.Cli.Requests;
using OnnxSplitter.Cli.Results;
using OnnxSplitter.Cli.Terminal;
using OnnxSplitter.Hosting;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;

namespace OnnxSplitter.Cli.Commands;

/// <summary>Protects a model and reports.</summary>
internal static class ProtectJob
{
    // Of native memory: a search opens and closes hundreds of sessions, and what they free would stay, half a gigabyte.
    private const int LargeBlock = 1 << 20;

    public static int Run(ProtectRequest request, Streams streams, CancellationToken cancellation)
    {
        if (request.NoEvaluation) return ShowUnmeasured(Unmeasured(request, streams, cancellation), request, streams);
        if (request.Resilience is { } most) return ResilientProtectJob.Run(request, most, streams, cancellation);
        if (KeyedProtectJob.IsFor(request))
            return KeyedProtectJob.Run(request, streams, cancellation);
        AttackReport? attacks = null;
        var report = Protect(request, streams, cancellation, found => attacks = found);
        return Show(report, request, streams, attacks);
    }

    /// <summary>Shows what was measured.</summary>
    /// <returns>The exit code.</returns>
    public static int Show(
        ProtectionReport report, ProtectRequest request, Streams streams, AttackReport? attacks = null)
    {
        if (request.Json) ResultJson.Write(streams, ProtectResult.Of(report, request.Reports, attacks));
        else Show(request, report, streams);
        if (!request.Json && report.Written && StrategyText.Advice(report.Strategy) is { } advice)
            streams.Output.WriteLine(advice);
        if (attacks is not null && !request.Json) AttackText.Write(streams, attacks);
        foreach (var warning in WorthText.Warnings(report)) streams.Error.WriteLine($"warning: {warning}");
        if (!report.RestoredClosely)
            throw new AnswerException(
                $"Compact secrets give back {MeasureText.Value(report.Metric, report.Restored)} only, by "
                + $"{MeasureText.Name(report.Metric)}; the original has "
                + $"{MeasureText.Value(report.Metric, report.Original)}.",
                "Nothing was written: allow more with --compact-tolerance, or leave out --compact"
                + (File.Exists(request.State) ? "; --resume saves the search." : "."));
        if (report.TargetReached) return ExitCodes.Done;
        throw new AnswerException(
            WorthText.Missed(report) ?? $"The target {MeasureText.Name(report.Metric)} of "
            + $"{MeasureText.Value(report.Metric, report.Target)} was not reached: "
            + $"{report.WeightsChanged} changed weights gave "
            + $"{MeasureText.Value(report.Metric, report.Obfuscated)}.",
            ProtectRemedy.Of(request, report));
    }

    private static UnmeasuredReport Unmeasured(
        ProtectRequest request, Streams streams, CancellationToken cancellation) =>
        WithPlan(request with { State = null, Resume = false }, streams, plan => ProgressDisplay.Run(
            streams, request.Json, progress => UnmeasuredProtection.Run(plan, progress, cancellation)));

    /// <summary>Shows what was not measured.</summary>
    /// <returns>The exit code.</returns>
    public static int ShowUnmeasured(UnmeasuredReport report, ProtectRequest request, Streams streams)
    {
        if (request.Json)
        {
            ResultJson.Write(streams, UnmeasuredResult.Of(report));
            return ExitCodes.Done;
        }

        streams.Output.WriteLine(
            $"Changed {report.WeightsChanged} of {report.WeightsTotal} weights, in "
            + $"{Format.Tensors(report.TensorsChanged)}; what that does to the model was not measured.");
        if (report.Keyed is { } keyed) streams.Output.WriteLine($"By a key: {KeyedText.Of(keyed)}.");
        if (report.Corrections is { } cost) streams.Output.WriteLine($"Corrections: {CorrectionsText.Cost(cost)}.");
        streams.Output.WriteLine($"Wrote {report.Output}: the obfuscated model, to ship"
            + (report.DataFiles.Count == 0 ? "." : $" with its data files {string.Join(", ", report.DataFiles)}."));
        streams.Output.WriteLine($"Wrote {report.Secrets}: the secrets, which their recipients alone can open.");
        return ExitCodes.Done;
    }

    /// <summary>Runs the pipeline with a progress display, and writes the reports with its outputs.</summary>
    public static ProtectionReport Protect(ProtectRequest request, Streams streams, CancellationToken cancellation,
        Action<AttackReport>? attacked = null)
    {
        RuntimeLog.Quiet();
        NativeHeap.ReturnBlocks(LargeBlock);
        try
        {
            return WithPlan(request, streams, plan => ProgressDisplay.Run(streams, request.Json,
                progress => ProtectionPipeline.Run(plan, progress, (report, files) =>
                {
                    var attacks = request.IsAttacked ? Attack(request, report, progress, cancellation) : null;
                    if (attacks is not null) attacked?.Invoke(attacks);
                    ReportOutputs.Add(request, report, attacks is null ? null : AttackOutcome.Of(attacks), files);
                }, cancellation)));
        }
        catch (OperationCanceledException e) when (File.Exists(request.State))
        {
            throw new ResumableException("Nothing was written; the same command with --resume goes on.", e);
        }
    }

    /// <summary>Attacks what was written, before it gets its name.</summary>
    private static AttackReport Attack(ProtectRequest request, ProtectionReport report,
        Action<ProtectionProgress> progress, CancellationToken cancellation)
    {
        var begun = Stopwatch.GetTimestamp();
        var last = report.Details!.History is [.., var step] ? step
            : new ProtectionProgress("", 0, double.NaN, report.Metric, double.NaN, 0, default);
        return AttackSuite.Run(new AttackOptions
        {
            Obfuscated = report.Details.StagedModel,
            Original = request.Model,
            Public = request.Public,
            Examples = request.Data.Calibration!,
            Evaluation = request.Data.Evaluation,
            Images = request.Data.Images,
            ModelOutput = request.Data.ModelOutput,
            Sessions = request.Sessions,
            Quick = true,
        }, now =>
        {
            progress(last with
            {
                Phase = $"attacking it: {now.Attack}",
                Round = 0,
                Elapsed = TimeSpan.FromSeconds(report.Seconds) + Stopwatch.GetElapsedTime(begun),
            });
        }, cancellation);
    }

    /// <summary>Loads keys and certificates for as long as a job runs, and plans it.</summary>
    public static T WithPlan<T>(ProtectRequest request, Streams streams, Func<JobPlan, T> run)
    {
        var keys = new KeyReader(streams, request.PassphraseFile);
        using var recipients = keys.Recipients(request.Recipients, request.RecipientFiles);
        using var signer = keys.Identity(request.Signer);
        var options = new ProtectionOptions(
            request.Model, request.Output, request.Secrets, signer, recipients.Certificates)
        {
            Sealing = request.Sealing,
            Sessions = request.Sessions,
            Data = request.Data,
            Search = request.Search,
            AcceptBest = request.AcceptBest,
            Compact = request.Compact,
            Variants = request.VariantPerRecipient
                ? VariantFiles.Of(request, recipients.Certificates, signer.Certificate)
                : [],
            Kept =
            [
                request.Signer, .. request.Recipients, .. request.RecipientFiles,
                .. new[] { request.PassphraseFile, request.Former?.Path, request.Former?.Trust }.OfType<string>(),
                .. request.Former?.Identities ?? [],
            ],
            Reports = request.Reports,
            State = request.State,
            Resume = request.Resume,
            Force = request.Force,
        };
        if (request.Former is null && SecretsBeside(request.Model) is { } secrets)
            streams.Error.WriteLine(
                $"warning: {request.Model} looks as if it were protected already, with {secrets}: what is made of it "
                + "here restores to it, not to the original. 'onnxsplit rotate' protects its original anew.");
        return request.Former is { } former ? FormerOriginal.With(former, keys, options, Plan) : Plan(options);

        T Plan(ProtectionOptions planned)
        {
            using var plan = JobPlan.Of(planned);
            Tell(plan, request.Json ? streams.Error : streams.Output);
            return run(plan);
        }
    }

    /// <summary>
    /// The secrets of a model that is protected already, as far as names tell: nothing in an obfuscated model does.
    /// </summary>
    private static string? SecretsBeside(string model)
    {
        const string mark = ".obfuscated";
        var path = Path.GetFullPath(model);
        var stem = path.EndsWith($"{mark}.onnx", StringComparison.OrdinalIgnoreCase) ? path[..^$"{mark}.onnx".Length]
            : Path.GetDirectoryName(path) is { } folder && folder.EndsWith(mark, StringComparison.OrdinalIgnoreCase)
                ? folder[..^mark.Length]
            : null;
        return stem is not null && File.Exists($"{stem}.secrets.p7m") ? $"{stem}.secrets.p7m" : null;
    }

    private static void Tell(JobPlan plan, TextWriter writer)
    {
        foreach (var line in LeftAloneText.Lines(plan.Model)) writer.WriteLine(line);
        if (plan.Options.State is not null && !plan.KeepsState)
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
                + $"{variant.WeightsChanged} weights, {MeasureText.Name(report.Metric)} "
                + $"{MeasureText.Value(report.Metric, variant.Obfuscated)}.");
        foreach (var path in request.Reports)
            streams.Output.WriteLine($"Wrote {path}: the report, internal, since it names the touched tensors.");
    }
}
