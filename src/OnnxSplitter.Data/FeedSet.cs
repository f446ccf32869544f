using Microsoft.ML.OnnxRuntime;

namespace OnnxSplitter.Data;

/// <summary>Values for one run, released together.</summary>
internal sealed class FeedSet : IDisposable
{
    public Dictionary<string, OrtValue> Values { get; } = new(StringComparer.Ordinal);

    /// <summary>Takes values over.</summary>
    /// <param name="names">Their names, in their order.</param>
    /// <param name="values">The values.</param>
    public void Take(IEnumerable<string> names, IReadOnlyList<OrtValue> values)
    {
        foreach (var (name, value) in names.Zip(values)) Values[name] = value;
    }

    public void Dispose()
    {
        foreach (var value in Values.Values) value.Dispose();
    }
}
