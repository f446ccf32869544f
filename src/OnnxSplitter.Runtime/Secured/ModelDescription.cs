namespace OnnxSplitter.Runtime.Secured;

/// <summary>What a trusted process serves.</summary>
/// <param name="IsTail">Whether it is what comes from the first changed layer on, rather than the whole model.</param>
/// <param name="Sha256">Of the obfuscated model's <c>.onnx</c> file.</param>
/// <param name="Inputs">The model's inputs, or the values that cross over to its tail.</param>
/// <param name="Outputs">Its outputs, or those of its tail.</param>
internal sealed record ModelDescription(
    bool IsTail, byte[] Sha256, IReadOnlyList<SecuredTensor> Inputs, IReadOnlyList<SecuredTensor> Outputs)
{
    /// <summary>Whether it is the same part of the model as another.</summary>
    public bool Serves(ModelDescription other) => IsTail == other.IsTail
        && Inputs.Select(input => input.Name).SequenceEqual(other.Inputs.Select(input => input.Name))
        && Outputs.Select(output => output.Name).SequenceEqual(other.Outputs.Select(output => output.Name));
}
