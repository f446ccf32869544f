namespace OnnxSplitter.SecureWorld;

/// <summary>What of a model a trusted process runs.</summary>
internal enum SecureMode
{
    /// <summary>All of it.</summary>
    Whole,

    /// <summary>From the first changed layer on; hosts run what comes before.</summary>
    Tail,
}
