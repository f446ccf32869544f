namespace OnnxSplitter.Protection.State;

/// <summary>
/// Where a search keeps what it needs to go on after a break. A strategy saves after every step that it would not like
/// to lose; one that is given back what it saved last must end as it would have without the break.
/// </summary>
internal interface ISearchJournal
{
    /// <summary>What a broken run of the same job saved last; null when the job begins.</summary>
    byte[]? Saved { get; }

    /// <summary>Replaces what was saved. It names weights and values: whoever stores it encrypts it.</summary>
    void Save(ReadOnlySpan<byte> state);
}
