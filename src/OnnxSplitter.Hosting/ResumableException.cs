namespace OnnxSplitter.Hosting;

/// <summary>A search that was cancelled and can go on.</summary>
public sealed class ResumableException(string remedy, OperationCanceledException inner)
    : OperationCanceledException(inner.Message, inner, inner.CancellationToken)
{
    /// <summary>How it goes on.</summary>
    public string Remedy { get; } = remedy;
}
