using Microsoft.ML.OnnxRuntime;

namespace OnnxSplitter.Runtime.Secured;

/// <summary>A host that runs nothing itself.</summary>
/// <param name="model">What the trusted process runs.</param>
internal sealed class WholeShare(ModelDescription model) : IHostShare
{
    /// <inheritdoc/>
    public IReadOnlyList<SecuredTensor> Inputs => model.Inputs;

    /// <inheritdoc/>
    public IReadOnlyList<SecuredTensor> Outputs => model.Outputs;

    /// <inheritdoc/>
    public SecuredOutputs Run(HostConnections connections, IReadOnlyDictionary<string, OrtValue> inputs,
        IReadOnlyCollection<string> outputNames, CancellationToken cancellation) =>
        connections.Run(new HostRun(model.Inputs, model.Outputs, inputs, outputNames), cancellation);

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
