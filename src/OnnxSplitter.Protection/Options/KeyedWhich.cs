namespace OnnxSplitter.Protection.Options;

/// <summary>Which weights a key changes where it does not change all.</summary>
public enum KeyedWhich
{
    /// <summary>
    /// Of every tensor the largest, by class of magnitude: all of a class or none. Not for tensors of codes.
    /// </summary>
    Largest,

    /// <summary>The first tensors in graph order, whole.</summary>
    First,

    /// <summary>The last tensors in graph order, whole.</summary>
    Last,
}
