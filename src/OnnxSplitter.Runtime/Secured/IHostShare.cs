using Microsoft.ML.OnnxRuntime;

namespace OnnxSplitter.Runtime.Secured;

/// <summary>What of an obfuscated model a host runs itself, and how it goes on with the trusted process.</summary>
internal interface IHostShare : IDisposable
{
    /// <summary>The model's inputs.</summary>
    IReadOnlyList<SecuredTensor> Inputs { get; }

    /// <summary>The model's outputs.</summary>
    IReadOnlyList<SecuredTensor> Outputs { get; }

    /// <summary>Runs the model, in both places.</summary>
    /// <param name="connections">To the trusted process.</param>
    /// <param name="inputs">All of the model's.</param>
    /// <param name="outputNames">Some of its outputs, at least one.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>The outputs, in this order. The caller disposes them.</returns>
    /// <exception cref="SecuredException">There is no answer, or the model does not run on these inputs.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    SecuredOutputs Run(HostConnections connections, IReadOnlyDictionary<string, OrtValue> inputs,
        IReadOnlyCollection<string> outputNames, CancellationToken cancellation);
}
