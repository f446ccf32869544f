using OnnxSplitter.Data;
using OnnxSplitter.Gradients.Loss;
using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Attacks.Labelled;

/// <summary>The objective of a search, turned round: what is driven down is what is wrong.</summary>
/// <param name="Inner">What the search had driven down.</param>
internal sealed record RecoveryObjective(ExampleObjective Inner) : Objective
{
    /// <inheritdoc/>
    public override LossKind Loss => Inner.Loss;

    /// <inheritdoc/>
    public override float LossTemperature => Inner.LossTemperature;

    /// <inheritdoc/>
    public override double LossFactor(Dataset data) => -Inner.LossFactor(data);

    /// <inheritdoc/>
    public override float[] Targets(Dataset data, int width, Func<float[]> outputs) =>
        Inner.Targets(data, width, outputs);

    /// <inheritdoc/>
    public override Func<ScoreSum> Scores(Dataset data, int width)
    {
        var scores = Inner.Scores(data, width);
        return () => new Turned(scores());
    }

    private sealed class Turned(ScoreSum inner) : ScoreSum
    {
        public override Score Result => inner.Result is var score
            ? new Score(1 - score.Objective, score.Accuracy, 1 - score.Left) : default;

        public override void Add(ReadOnlySpan<float> outputs, int start) => inner.Add(outputs, start);
    }
}
