namespace OnnxSplitter.Protection.State;

/// <summary>Keeps nothing.</summary>
internal sealed class NoJournal : ISearchJournal
{
    public byte[]? Saved => null;

    public void Save(ReadOnlySpan<byte> state)
    {
    }
}
