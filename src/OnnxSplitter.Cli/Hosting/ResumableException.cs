namespace OnnxSplitter.Cli.Hosting;

/// <summary>A search that was cancelled and can go on.</summary>
internal sealed class ResumableException(string remedy, OperationCanceledException inner)
    : OperationCanceledException(inner.Message, inner, inner.CancellationToken)
{
    public string Remedy { get; } = remedy;
}
