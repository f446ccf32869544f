using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Onnx.Models;

namespace OnnxSplitter.Data;

/// <summary>A model in a session, and what is measured of it.</summary>
public sealed class LoadedModel : IDisposable
{
    private const int FewExamples = 16;

    private readonly InferenceSession _session;

    /// <summary>Takes over a session.</summary>
    /// <param name="session">Disposed of with this.</param>
    /// <param name="signature">Its signature.</param>
    public LoadedModel(InferenceSession session, ModelSignature signature) =>
        (_session, Signature) = (session, signature);

    /// <summary>The session itself.</summary>
    internal InferenceSession Session => _session;

    /// <summary>What goes in, what of what comes out is measured, and how.</summary>
    public ModelSignature Signature { get; }

    /// <summary>Loads a model file and learns its signature from inputs that are drawn for it.</summary>
    /// <param name="path">The <c>.onnx</c> file.</param>
    public static LoadedModel Open(string path)
    {
        var session = Sessions.Plain.Open(path);
        try
        {
            using var file = ModelFile.Open(path);
            var output = ModelOutputs.Of(file).Choose(session, null);
            var sampler = InputSampler.Settle(session, file.Structure.Graph, InputShapes.None, output);
            return new LoadedModel(
                session, ModelSignature.Of(session, sampler.Draw(InputSampler.Trial, seed: 0), output));
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Loads a model file of a known signature.</summary>
    /// <param name="path">The <c>.onnx</c> file.</param>
    /// <param name="signature">What goes in, what of what comes out is measured, and how.</param>
    public static LoadedModel Open(string path, ModelSignature signature) => new(Sessions.Plain.Open(path), signature);

    /// <summary>The class with the highest score, per example.</summary>
    public int[] Predict(Dataset data) => SessionRuns.Classes(Outputs(data), Signature.Width);

    /// <summary>The measured output [examples, width], row by row.</summary>
    public float[] Outputs(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return SessionRuns.Outputs(_session, Signature, data);
    }

    /// <summary>
    /// Gives examples the answers that other models are measured by: this model's own where they have none.
    /// </summary>
    /// <returns>
    /// With labels, or, if the measure is the normalised error, with this model's outputs, and labels only of what
    /// <see cref="ModelSignature.Decides"/>.
    /// </returns>
    /// <exception cref="DataFormatException">
    /// A label is outside the classes, all are the same, there are fewer examples than a run takes, or the outputs
    /// can't be a reference.
    /// </exception>
    public Dataset Answer(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (Signature.Metric == Metric.NormalizedError)
            return data with
            {
                Labels = Signature.Decides(data) ? data.Labels : null,
                Reference = ReferenceOutputs.Of(Outputs(data), Signature.Width),
            };
        Signature.CheckLabels(data);
        Signature.CheckCount(data);

        // With labels, a few examples tell whether the model gives numbers at all.
        var outputs = Outputs(data.Labels is null ? data : Signature.Sample(data, FewExamples));
        if (Array.Exists(outputs, float.IsNaN)) throw ReferenceOutputs.NotFinite();
        var answered =
            data.Labels is null ? data with { Labels = SessionRuns.Classes(outputs, Signature.Width) } : data;
        if (answered.Labels!.Distinct().Count() > 1) return answered;
        throw data.Labels is not null
            ? BalancedAccuracy.OneClass()
            : new DataFormatException(
                "The original gives all of these examples the same class, so there is nothing that it could lose.",
                "Pass examples that it tells apart, or, if its output is no class scores, set Metric to error.")
            {
                Properties = [nameof(Metric)],
            };
    }

    /// <summary>Whether it does not give all examples one class; true of what is no class scores.</summary>
    /// <param name="data">Examples.</param>
    internal bool TellsApart(Dataset data)
    {
        // A few show it of most models.
        return Signature.Metric != Metric.Accuracy
            || IsOfSeveral(Signature.Sample(data, FewExamples)) || IsOfSeveral(data);

        bool IsOfSeveral(Dataset examples) => Predict(examples).Distinct().Skip(1).Any();
    }

    /// <summary>
    /// What this model's own second answers are worth, measured by its first. Random ops and dropout make them differ.
    /// </summary>
    /// <param name="data">Examples for it.</param>
    /// <returns>Null if both are the same.</returns>
    internal Measured? Repeat(Dataset data)
    {
        if (!SessionRuns.Vary(_session, Signature, data)) return null;
        var (first, second) = (Outputs(data), Outputs(data));
        return Signature.Metric == Metric.Accuracy
            ? BalancedAccuracy.Of(
                SessionRuns.Classes(second, Signature.Width), SessionRuns.Classes(first, Signature.Width))
            : ReferenceOutputs.Of(first, Signature.Width).Measure(second);
    }

    /// <summary>What the signature's metric gives.</summary>
    /// <param name="data">Examples with labels, or with the original's outputs.</param>
    public Measured Evaluate(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Signature.Metric == Metric.Accuracy ? Accuracy(data) : NormalizedError(data);
    }

    /// <summary>Share of right predictions, balanced over the classes, 0 to 1; NaN where a score is.</summary>
    /// <exception cref="DataFormatException">Fewer than two classes occur.</exception>
    public Measured Accuracy(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Labels is null) throw new ArgumentException("The data has no labels.", nameof(data));
        return SessionRuns.Accuracy(_session, Signature, data);
    }

    /// <summary>
    /// Squared difference from the original's outputs by their variance, 0 or more; NaN if not finite.
    /// </summary>
    public Measured NormalizedError(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var reference = data.Reference
            ?? throw new ArgumentException("The data has no reference outputs.", nameof(data));
        return reference.Measure(Outputs(data));
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}
