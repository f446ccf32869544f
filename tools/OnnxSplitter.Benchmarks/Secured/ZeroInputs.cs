using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Runtime.Secured;

namespace OnnxSplitter.Benchmarks.Secured;

/// <summary>Zeros for each of a model's inputs.</summary>
internal sealed class ZeroInputs : IDisposable
{
    /// <param name="inputs">The model's.</param>
    /// <param name="batch">What stands where a run decides.</param>
    public ZeroInputs(IReadOnlyList<SecuredTensor> inputs, int batch) => Values = inputs.ToDictionary(
        input => input.Name,
        input =>
        {
            var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, input.Type,
                [.. input.Dims.Select(dim => dim < 0 ? batch : dim)]);
            value.GetTensorMutableRawData().Clear();
            return value;
        }, StringComparer.Ordinal);

    /// <summary>By name.</summary>
    public IReadOnlyDictionary<string, OrtValue> Values { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var value in Values.Values) value.Dispose();
    }
}
