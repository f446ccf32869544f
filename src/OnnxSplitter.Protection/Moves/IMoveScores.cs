namespace OnnxSplitter.Protection.Moves;

/// <summary>
/// Scores of a tensor's weights, asked for block by block: those of all would be as large as the model.
/// </summary>
internal interface IMoveScores
{
    /// <summary>Gives some.</summary>
    /// <param name="first">Index of the first weight.</param>
    /// <param name="scores">Told the score of each; those that are NaN are left out.</param>
    /// <param name="wanted">Told the value that each would get.</param>
    /// <param name="least">
    /// Scores above it matter alone: of another, anything that is not above it may be told, and any value.
    /// </param>
    void Fill(int first, scoped Span<float> scores, scoped Span<float> wanted, float least);
}
