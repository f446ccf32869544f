using OnnxSplitter.Data;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Protection.Execution;
using OnnxSplitter.Protection.Keyed;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Output;
using OnnxSplitter.Protection.State;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keyed;

namespace OnnxSplitter.Protection.Pipeline;

/// <summary>
/// A job that was looked at as a whole: whatever can be refused before ONNX Runtime starts is refused by
/// <see cref="Of"/>, in this one place. Nothing is written, and no folder made.
/// </summary>
/// <remarks>
/// It opens the original, once: what was looked at is what is protected. Disposing it closes the original, and leaves
/// the options' keys to the caller.
/// </remarks>
public sealed class JobPlan : IDisposable
{
    private JobPlan(
        ProtectionOptions options, ModelFile model, IReadOnlyList<OutputTarget> targets, CorrectedLayers? layers)
    {
        (Options, Model, Targets, Layers) = (options, model, targets, layers);
        KeepsState = options.State is not null && (options.Resume || SealedJournal.CanKeepFor(options.Signer));
    }

    /// <summary>What was asked for.</summary>
    public ProtectionOptions Options { get; }

    /// <summary>The original.</summary>
    public ModelFile Model { get; }

    /// <summary>
    /// Whether the search's state will be kept: that takes a signer whose private key can be exported.
    /// </summary>
    public bool KeepsState { get; }

    /// <summary>The layers that may change, where a host is to correct them; null for all.</summary>
    internal CorrectedLayers? Layers { get; }

    /// <summary>Whether copies of the model's weights would take gigabytes.</summary>
    internal bool IsLarge => GraphSessions.IsLarge(Model);

    /// <summary>What will be written: a model for all, or one for each variant.</summary>
    internal IReadOnlyList<OutputTarget> Targets { get; }

    /// <summary>Looks at a job.</summary>
    /// <param name="options">What to do.</param>
    /// <exception cref="OutputExistsException">
    /// A target exists and may not be replaced, is an input or another target, or a folder.
    /// </exception>
    /// <exception cref="OutputFailedException">A target's folder does not exist, or can't be written to.</exception>
    /// <exception cref="Secrets.CertificateException">
    /// The signer or a recipient is not valid now, may not be used so, or has a key too small.
    /// </exception>
    /// <exception cref="PlanException">Options do not go together.</exception>
    /// <exception cref="ModelFormatException">The model can't be read, or nothing of it may change.</exception>
    /// <exception cref="DataFormatException">Data that was named can't be read.</exception>
    /// <exception cref="SearchStateFileException">There is no state to go on from.</exception>
    /// <exception cref="CustomOpsException">A library of custom ops can't be loaded.</exception>
    public static JobPlan Of(ProtectionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        CheckSettings(options);
        CheckFilesApart(options);
        options.Sessions.Check();
        var model = options.Original is { } content
            ? ModelFile.Of(content, options.Model)
            : ModelFile.Open(options.Model);
        try
        {
            var targets = TargetsOf(options, model);
            CheckTargets(options, model, targets);
            CheckCertificates(options, targets);
            CheckReadable(options.Data.Calibration);
            CheckReadable(options.Data.Evaluation);
            _ = options.Search.Tensors.Apply(model.Weights);
            if (options.Search.Strategy == StrategyKind.Keyed)
                _ = KeyedSelection.Of(model, options.Search.Keyed with { Share = 1 }, options.Search.Tensors);
            if (!options.Search.Tensors.ForCorrections) return new JobPlan(options, model, targets, layers: null);
            var layers = CorrectedLayers.Of(options, model);
            return new JobPlan(options with
            {
                Search = options.Search with
                {
                    Tensors = options.Search.Tensors with { OfLayers = layers.Tensors },
                },
            }, model, targets, layers);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();

    /// <summary>Opens the search's state: to go on from it, or to begin it.</summary>
    internal SealedJournal OpenJournal() =>
        SealedJournal.Open(Options.State!, Options.Signer, JobDigest.Of(Model, Options), Options.Resume);

    /// <summary>Opens the original in a session, and reads or draws the examples.</summary>
    internal (JobData Data, LoadedModel Original) Load()
    {
        var sessions = Options.Sessions;
        var session = Options.Original is { } content ? sessions.Open(content) : sessions.Open(Options.Model, IsLarge);
        try
        {
            return JobData.Load(Options.Data, Options.Search.Seed, Model, session);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Where the obfuscated model goes if nothing else was asked for.</summary>
    /// <param name="model">The original's path.</param>
    /// <param name="hasDataFiles">
    /// Whether it has data files: they keep their names, so they can't lie beside it.
    /// </param>
    public static string DefaultOutput(string model, bool hasDataFiles)
    {
        ArgumentNullException.ThrowIfNull(model);
        var stem = model.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) ? model[..^".onnx".Length] : model;
        return hasDataFiles
            ? Path.Combine($"{stem}.obfuscated", Path.GetFileName(model))
            : $"{stem}.obfuscated.onnx";
    }

    private static void CheckSettings(ProtectionOptions options)
    {
        if (options.Sealing.Terms?.Problem(DateTimeOffset.UtcNow) is { } problem)
            throw new PlanException(problem, "Give Sealing other Terms.", nameof(options.Sealing));
        if (options.Variants.Count > 0 && options.Compact is not null)
            throw new PlanException(
                "Variants have marks anywhere in the model; compact secrets restore all weights to one value.",
                "Leave out Variants or Compact.", nameof(options.Variants), nameof(options.Compact));
        if (options.Search.Strategy == StrategyKind.Keyed) CheckKeyed(options);
        if (options.Search.TargetAccuracy is not null && options.Search.TargetError is not null)
            throw new PlanException("A model has one target: an accuracy or an error.",
                "Leave out TargetAccuracy or TargetError.",
                nameof(SearchSettings.TargetAccuracy), nameof(SearchSettings.TargetError));
        if (options.Data.Metric is { } metric
            && (metric == Metric.Accuracy ? options.Search.TargetError : options.Search.TargetAccuracy) is not null)
            throw new PlanException("The target is by another measure than the one that is asked for.",
                metric == Metric.Accuracy
                    ? "Set TargetAccuracy instead of TargetError, or leave out Metric."
                    : "Set TargetError instead of TargetAccuracy, or leave out Metric.",
                nameof(SearchSettings.TargetAccuracy), nameof(SearchSettings.TargetError),
                nameof(DataSettings.Metric));
        if (options.Data is { Embedding: true, Metric: Metric.Accuracy })
            throw new PlanException("An embedding has no classes, and so no accuracy.",
                "Leave out Embedding or Metric.", nameof(DataSettings.Embedding), nameof(DataSettings.Metric));
        if (options.Search.TargetWorth is not null && !options.AimsAtWorth)
            throw new PlanException(
                "What a model is worth is not measured where its accuracy or its error is all that is asked for.",
                "Leave out TargetWorth, or Metric, TargetAccuracy and TargetError.", nameof(SearchSettings.TargetWorth),
                nameof(DataSettings.Metric), nameof(SearchSettings.TargetAccuracy),
                nameof(SearchSettings.TargetError));
    }

    private static void CheckKeyed(ProtectionOptions options)
    {
        if (options.Variants.Count > 0 || options.Compact is not null)
            throw new PlanException(
                "Keyed secrets have no marks for recipients, and are small without being compact.",
                "Leave out Variants and Compact, or set Strategy to gradient.",
                nameof(options.Variants), nameof(options.Compact), nameof(SearchSettings.Strategy));
        if (options.State is not null || options.Resume)
            throw new PlanException("A key searches for nothing, so that there is no state to keep.",
                "Leave out State and Resume.", nameof(options.State), nameof(options.Resume));
        if (!KeyedSecrets.AreRules(options.Search.Keyed.Rules))
            throw new PlanException("These rules do not go together.",
                "Set Rules to sign or mantissa, to shuffle, or to one of the first two with shuffle.",
                nameof(KeyedOptions.Rules));
        if (options.Search.Keyed.Share is not (> 0 and <= 1))
            throw new PlanException("A share lies above 0, and at 1 at most.", "Set another Share.",
                nameof(KeyedOptions.Share));
    }

    /// <summary>What can be told by paths alone is told before the model is read.</summary>
    private static void CheckFilesApart(ProtectionOptions options)
    {
        string?[] inputs =
        [
            options.Model, options.Data.Calibration, options.Data.Evaluation, .. options.Sessions.CustomOps,
            .. options.Kept,
        ];
        string[] outputs = options.Variants.Count == 0
            ? [options.Output, options.Secrets]
            : [.. options.Variants.SelectMany(variant => new[] { variant.Output, variant.Secrets })];
        string[] all = [.. outputs, .. options.Reports, options.State ?? ""];
        FileCommit.RefuseShared([.. all.Where(path => path.Length > 0)], inputs);
    }

    private static IReadOnlyList<OutputTarget> TargetsOf(ProtectionOptions options, ModelFile model) =>
        options.Variants.Count == 0
            ? [new(OutputOf(options, model), options.Secrets, options.Recipients)]
            : model.DataFiles.Count == 0
                ? [.. options.Variants.Select(variant =>
                    new OutputTarget(variant.Output, variant.Secrets, variant.Recipients))]
                : throw new ModelFormatException(
                    $"{options.Model} has data files, whose names are the same for all variants: they can't lie in one "
                    + "folder.", "Protect it once for each recipient, into folders of their own.");

    private static string OutputOf(ProtectionOptions options, ModelFile model) =>
        options.Output.Length > 0 ? options.Output : DefaultOutput(options.Model, model.DataFiles.Count > 0);

    private static void CheckTargets(
        ProtectionOptions options, ModelFile model, IReadOnlyList<OutputTarget> targets)
    {
        string[] dataFiles = [.. model.DataFiles.Select(data => data.Name)];
        string[] others =
        [
            .. targets.Select(target => target.Secrets), .. options.Reports, .. options.Kept,
            .. new[] { options.Data.Calibration, options.Data.Evaluation, options.State }.OfType<string>(),
        ];
        foreach (var target in targets)
        {
            model.RefuseOverwriting(target.Model, others);

            // Only the folder that nobody has named is made.
            if (options.Output.Length > 0 || options.Variants.Count > 0)
                FileCommit.Refuse(target.Model, options.Force);
            FileCommit.RefuseModel(target.Model, dataFiles, options.Force);
            FileCommit.Refuse(target.Secrets, options.Force);
        }

        foreach (var report in options.Reports) FileCommit.Refuse(report, options.Force);

        // Last: the state's name may be made from that of the secrets, which is then the one to complain about.
        if (options.State is { } state) SealedJournal.Refuse(state, options.Resume, options.Force);
    }

    private static void CheckCertificates(ProtectionOptions options, IReadOnlyList<OutputTarget> targets)
    {
        var now = DateTimeOffset.UtcNow;
        CertificateRules.CheckSigner(options.Signer, now);
        foreach (var target in targets) CertificateRules.CheckRecipients(target.Recipients, now);
    }

    private static void CheckReadable(string? data)
    {
        if (data is null || Directory.Exists(data)) return;
        RegularFile.Open(
            data, (message, e) => new DataFormatException(message, "Check the path and its permissions.", e)).Dispose();
    }
}
