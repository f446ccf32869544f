namespace OnnxSplitter.Runtime.Secured;

/// <summary>What a trusted process serves.</summary>
/// <param name="Sha256">Of the obfuscated model's <c>.onnx</c> file.</param>
/// <param name="Inputs">The model's inputs.</param>
/// <param name="Outputs">Its outputs.</param>
internal sealed record ModelDescription(
    byte[] Sha256, IReadOnlyList<SecuredTensor> Inputs, IReadOnlyList<SecuredTensor> Outputs);
