namespace OnnxSplitter.Protection.Options;

/// <summary>What keeps changed weights from showing.</summary>
public enum StealthKind
{
    /// <summary>Nothing: fewer weights do it, and whoever looks for odd ones finds them.</summary>
    Off,

    /// <summary>
    /// No weight gets a value that is unlikely among those of its tensor, its channel and, in a normalisation, its
    /// kind.
    /// </summary>
    Tensor,
}
