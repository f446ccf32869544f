using Microsoft.ML.OnnxRuntime;

namespace OnnxSplitter.Protection.Search;

/// <summary>What several runs gave, released together.</summary>
internal sealed class RunResults(int count) : IDisposable
{
    private readonly IDisposableReadOnlyCollection<OrtValue>?[] _all =
        new IDisposableReadOnlyCollection<OrtValue>?[count];

    /// <summary>How many runs there are.</summary>
    public int Count => count;

    /// <summary>The outputs of one; null before it was run.</summary>
    public IDisposableReadOnlyCollection<OrtValue>? this[int run]
    {
        get => _all[run];
        set => _all[run] = value;
    }

    /// <summary>Releases them.</summary>
    public void Dispose()
    {
        foreach (var results in _all) results?.Dispose();
    }
}
