namespace OnnxSplitter.Runtime.Secured;

/// <summary>The other side says that something is not done.</summary>
internal sealed class FailedException(FailureCode code, string what) : Exception(what)
{
    /// <summary>Why.</summary>
    public FailureCode Code { get; } = code;
}
