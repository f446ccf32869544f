namespace OnnxSplitter.Protection.Search;

/// <summary>The score of <see cref="ExplainedObjective"/>: it takes all examples together.</summary>
internal sealed class ExplainedScores(int width, int count, IReadOnlyList<ExplainedBlock> blocks) : ScoreSum
{
    private readonly float[] _rows = new float[count * width];

    /// <inheritdoc/>
    public override Score Result
    {
        get
        {
            var scores = blocks.Select(block => block.Measure(_rows, width)).ToArray();
            return new Score(
                scores.Average(score => score.Objective), scores[0].Accuracy, scores.Max(score => score.Left));
        }
    }

    /// <inheritdoc/>
    public override void Add(ReadOnlySpan<float> outputs, int start) => outputs.CopyTo(_rows.AsSpan(start * width));
}
