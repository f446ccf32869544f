namespace OnnxSplitter.Runtime.Secured;

/// <summary>Why something is not done; the numbers are those of version 1.</summary>
internal enum FailureCode : ushort
{
    /// <summary>The request makes no sense for this model: an input is missing, a shape does not fit.</summary>
    Request = 1,

    /// <summary>It asks for more memory than it may have.</summary>
    TooLarge = 2,

    /// <summary>As many hosts are connected as may be.</summary>
    Busy = 3,

    /// <summary>The model failed on these inputs, or took too long.</summary>
    Model = 4,
}
