using System.Collections;
using Microsoft.ML.OnnxRuntime;

namespace OnnxSplitter.Runtime.Secured;

/// <summary>A run's outputs, which go together.</summary>
internal sealed class SecuredOutputs(IReadOnlyList<OrtValue> values) : IDisposableReadOnlyCollection<OrtValue>
{
    /// <inheritdoc/>
    public int Count => values.Count;

    /// <inheritdoc/>
    public OrtValue this[int index] => values[index];

    /// <inheritdoc/>
    public IEnumerator<OrtValue> GetEnumerator() => values.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var value in values) value.Dispose();
    }
}
