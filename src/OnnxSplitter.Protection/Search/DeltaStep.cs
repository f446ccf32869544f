namespace OnnxSplitter.Protection.Search;

/// <summary>What one run of a <see cref="DeltaPass"/> found.</summary>
/// <param name="Loss">Summed over the batch.</param>
/// <param name="Outputs">The model's output, a row per example.</param>
/// <param name="Gradients">
/// Per set, the gradient of the loss with respect to its delta, of the delta's shape, row by row.
/// </param>
internal sealed record DeltaStep(float Loss, float[] Outputs, IReadOnlyList<float[]> Gradients);
