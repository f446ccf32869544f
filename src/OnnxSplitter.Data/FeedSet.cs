using Microsoft.ML.OnnxRuntime;

namespace OnnxSplitter.Data;

/// <summary>Values for one run, released together.</summary>
internal sealed class FeedSet : IDisposable
{
    public Dictionary<string, OrtValue> Values { get; } = new(StringComparer.Ordinal);

    public void Dispose()
    {
        foreach (var value in Values.Values) value.Dispose();
    }
}
