namespace OnnxSplitter.Protection.Search;

/// <summary>Scores one state of a model, from its outputs batch by batch.</summary>
internal abstract class ScoreSum
{
    /// <summary>Takes the outputs of some examples; of others, from another thread, at the same time.</summary>
    /// <param name="outputs">Their rows.</param>
    /// <param name="start">Index of the first; each comes once.</param>
    public abstract void Add(ReadOnlySpan<float> outputs, int start);

    /// <summary>The score, once every example's outputs came.</summary>
    public abstract Score Result { get; }
}
