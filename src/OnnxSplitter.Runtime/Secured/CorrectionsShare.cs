using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;

namespace OnnxSplitter.Runtime.Secured;

/// <summary>
/// A host that runs the obfuscated model, and adds what the trusted process gives for each changed layer.
/// </summary>
internal sealed class CorrectionsShare : IHostShare
{
    private readonly HostSegments _segments;
    private readonly ModelDescription _model;

    private CorrectionsShare(HostSegments segments, ModelDescription model)
    {
        (_segments, _model) = (segments, model);
        (Inputs, Outputs) =
            ([.. segments.InputNames.Select(segments.Tensor)], [.. segments.OutputNames.Select(segments.Tensor)]);
    }

    /// <inheritdoc/>
    public IReadOnlyList<SecuredTensor> Inputs { get; }

    /// <inheritdoc/>
    public IReadOnlyList<SecuredTensor> Outputs { get; }

    /// <summary>Opens it.</summary>
    /// <param name="shipped">The obfuscated model.</param>
    /// <param name="model">What the trusted process runs.</param>
    /// <param name="options">For sessions; null for the usual ones. Still the caller's.</param>
    /// <exception cref="Onnx.ModelFormatException">The model can't be read, or not be cut there.</exception>
    /// <exception cref="SecuredException">It changed since.</exception>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime can't load a segment.</exception>
    public static CorrectionsShare Of(ShippedModel shipped, ModelDescription model, SessionOptions? options)
    {
        using var file = HostPrefix.Read(shipped, out var bytes);
        return new CorrectionsShare(new HostSegments(file, bytes, model.Layers, options), model);
    }

    /// <inheritdoc/>
    public SecuredOutputs Run(HostConnections connections, IReadOnlyDictionary<string, OrtValue> inputs,
        IReadOnlyCollection<string> outputNames, CancellationToken cancellation)
    {
        var begun = Stopwatch.GetTimestamp();
        return _segments.Run(inputs, outputNames, (layer, data) =>
        {
            cancellation.ThrowIfCancellationRequested();
            var name = _model.Layers[layer].Output;
            return connections.Run(new HostRun(_model.Inputs, _model.Outputs,
                new Dictionary<string, OrtValue>(StringComparer.Ordinal) { [name] = data }, [name]),
                cancellation, begun)[0];
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _segments.Dispose();
}
