namespace OnnxSplitter.Protection.Search;

/// <summary>Which weight tensors are about to change.</summary>
/// <param name="paths">Their paths, at least one.</param>
internal sealed class WeightsChangingEventArgs(IReadOnlySet<string> paths) : EventArgs
{
    /// <summary>Their paths.</summary>
    public IReadOnlySet<string> Paths => paths;
}
