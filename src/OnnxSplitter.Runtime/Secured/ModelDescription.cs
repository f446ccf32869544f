namespace OnnxSplitter.Runtime.Secured;

/// <summary>What a trusted process serves.</summary>
/// <param name="Mode">What of the model.</param>
/// <param name="Sha256">Of the obfuscated model's <c>.onnx</c> file.</param>
/// <param name="Inputs">
/// The model's inputs, or the values that cross over to its tail, or, for each corrected layer, what it is told of its
/// input, by the name of its output.
/// </param>
/// <param name="Outputs">Its outputs, or those of its tail, or, for each corrected layer, what is added.</param>
internal sealed record ModelDescription(
    SecuredMode Mode, byte[] Sha256, IReadOnlyList<SecuredTensor> Inputs, IReadOnlyList<SecuredTensor> Outputs)
{
    /// <summary>
    /// The corrected layers, in the order in which they run; a run of one has one input and one output.
    /// </summary>
    public IReadOnlyList<CorrectedLayer> Layers { get; init; } = [];

    /// <summary>Whether it is the same part of the model as another.</summary>
    public bool Serves(ModelDescription other) => Mode == other.Mode
        && Inputs.Select(input => input.Name).SequenceEqual(other.Inputs.Select(input => input.Name))
        && Outputs.Select(output => output.Name).SequenceEqual(other.Outputs.Select(output => output.Name))
        && Layers.Count == other.Layers.Count && Layers.Zip(other.Layers).All(pair => pair.First.IsLike(pair.Second));
}
