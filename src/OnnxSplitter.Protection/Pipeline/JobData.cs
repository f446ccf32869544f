using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Protection.Images;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Protection.Pipeline;

/// <summary>The examples of a job, each with what the model should answer.</summary>
/// <param name="Calibration">What choosing may look at.</param>
/// <param name="Evaluation">What it may not.</param>
/// <param name="Source">Where examples and answers came from.</param>
/// <param name="Drawn">What inputs were drawn, in a few words by name; empty if none were.</param>
/// <param name="Shapes">In what shapes, for a run of one example.</param>
internal sealed record JobData(
    Dataset Calibration, Dataset Evaluation, DataSource Source, IReadOnlyDictionary<string, string> Drawn,
    IReadOnlyDictionary<string, IReadOnlyList<long>> Shapes)
{
    /// <summary>Arrays of the data that nothing is made of, by name.</summary>
    public IReadOnlyList<string> Unused { get; private init; } = [];

    /// <summary>Whether both are parts of the same data.</summary>
    public bool IsSplit { get; private init; }

    // Without data: inputs are drawn in batches of 32.
    private const int DrawnCalibration = 16 * 32;
    private const int DrawnEvaluation = 8 * 32;

    // Of so many, one is taken.
    private const int DrawnForOne = 4;

    // Float32 values that a set of drawn inputs, or the original's outputs for them, may take: 128 MB.
    private const long MostDrawn = 1 << 25;

    // Products that a run on all of a set's examples may take, by the weights and the positions of a sequence: some
    // seconds of two processors. Images, whose kernels take more, are limited by their size.
    private const long MostProducts = 1L << 38;

    // Too few to tell a model by, but then one example is huge, or takes seconds.
    private const int FewestDrawn = 24;

    /// <summary>
    /// Reads or draws examples, learns the model's signature on them, and asks it for what they lack.
    /// </summary>
    /// <param name="settings">Where examples lie, and what the model is judged by.</param>
    /// <param name="seed">Decides what is drawn.</param>
    /// <param name="file">The original.</param>
    /// <param name="session">The original in a session; kept by the second result.</param>
    public static (JobData Data, LoadedModel Original) Load(
        DataSettings settings, int seed, ModelFile file, InferenceSession session)
    {
        try
        {
            return Fitting(settings, seed, file, session);
        }
        catch (DataFormatException e) when (UnmeasurableModel.Training(file.Structure.Graph) is { } node)
        {
            throw UnmeasurableModel.Explained(e, node);
        }
    }

    private static (JobData Data, LoadedModel Original) Fitting(
        DataSettings settings, int seed, ModelFile file, InferenceSession session)
    {
        UnmeasurableModel.RefuseLabelsAlone(session, file.Structure.Graph);
        var inputs = ModelInput.Of(session);
        var outputs = ModelOutputs.Of(file);
        var output = outputs.Choose(session, settings.ModelOutput);
        var calibration = settings.Calibration is { } path ? Read(path) : null;
        var evaluation = settings.Evaluation is { } other ? Read(other) : null;
        if (calibration is null)
            UnmeasurableModel.RefuseText(inputs, file.Structure.Graph, output);
        var sampler = calibration is null
            ? InputSampler.Settle(session, file.Structure.Graph, settings.InputShapes, output)
            : null;
        var signature = ModelSignature.Of(session, calibration ?? sampler!.Draw(InputSampler.Trial, seed),
            output, settings.Metric, settings.Embedding);
        var source = sampler is not null ? DataSource.RandomInputs
            : calibration!.Labels is not null && TakesLabels(calibration) ? DataSource.Labels
            : DataSource.OwnPredictions;
        var original = new LoadedModel(session, signature);
        if (calibration is null)
        {
            sampler!.Vary(original, Most(DrawnEvaluation, sampler, signature, file));
            if (settings.Metric is null && UnmeasurableModel.Training(file.Structure.Graph) is null
                && !original.TellsApart(
                    sampler.Draw(Most(DrawnEvaluation, sampler, signature, file), unchecked(seed + 1))))
            {
                // The class says nothing then; the scores still tell how far a change leads.
                signature = signature with { Metric = Metric.NormalizedError };
                (original, source) = (new LoadedModel(session, signature), DataSource.RandomInputsOfOneClass);
            }

            calibration = Chosen(original, sampler, DrawnCalibration, seed, file);
            evaluation ??= Chosen(original, sampler, DrawnEvaluation, unchecked(seed + 1), file);
        }

        var unused = new[] { calibration, evaluation }.OfType<Dataset>().SelectMany(data =>
            TakesLabels(data) || data.LabelSource is null
                ? data.Unused
                : data.Unused.Append(data.LabelSource)).Distinct(StringComparer.Ordinal).ToArray();
        var split = evaluation is null;
        if (evaluation is null)
        {
            // Parts alike in classes can only be made of examples whose classes are known.
            if (signature.Metric == Metric.Accuracy) calibration = original.Answer(calibration);
            (calibration, evaluation) = calibration.Split(settings.Calibration!);
        }

        return (
            new JobData(original.Answer(calibration).Mixed(), original.Answer(evaluation), source,
                (sampler?.Inputs ?? []).ToDictionary(
                    input => input.Name, input => sampler!.Words(input), StringComparer.Ordinal),
                (sampler?.Inputs ?? []).ToDictionary(
                    input => input.Name, IReadOnlyList<long> (input) => input.RunDims, StringComparer.Ordinal))
            {
                IsSplit = split,
                Unused = unused,
            },
            original);

        bool TakesLabels(Dataset data) => signature.Metric == Metric.Accuracy || signature.Decides(data);

        Dataset Read(string from) => ExampleReader.Read(from, inputs, settings.Images, outputs.Classes(output));
    }

    /// <summary>What to do where so many examples are needed to evaluate by.</summary>
    public (string Remedy, string[] Properties) More(int needed)
    {
        var all = (long)needed * (Calibration.Count + Evaluation.Count) / Evaluation.Count + 1;
        return (
            IsSplit
                ? $"Pass at least {all} of the same kind, of which a third is set aside to evaluate by, or at least "
                    + $"{needed} as Evaluation."
                : $"Pass at least {needed} of the same kind as Evaluation.",
            [nameof(DataSettings.Evaluation)]);
    }

    /// <summary>
    /// Drawn examples. Of class scores, more are drawn, and of each class as many are taken as there are of the others:
    /// most of what is drawn is of a few classes.
    /// </summary>
    private static Dataset Chosen(
        LoadedModel original, InputSampler sampler, int count, int seed, ModelFile file)
    {
        count = Most(count, sampler, original.Signature, file);
        if (original.Signature.Metric != Metric.Accuracy) return sampler.Draw(count, seed);
        var all = Most(count * DrawnForOne, sampler, original.Signature, file);
        return original.Signature.Sample(original.Answer(sampler.Draw(all, seed)).Mixed(), count);
    }

    private static int Most(int count, InputSampler sampler, ModelSignature signature, ModelFile file)
    {
        var bySize = MostDrawn / Math.Max(signature.Width, sampler.Inputs.Sum(input => input.Count));
        var most = Math.Min(bySize, MostProducts / Math.Max(1, file.WeightCount * sampler.Positions));
        return (int)Math.Clamp(most, Math.Min(FewestDrawn, count), count);
    }
}
