namespace OnnxSplitter.Fuzz;

/// <summary>One reader: what it is fed with, and what it may answer.</summary>
/// <param name="Corpus">Good inputs, and inputs with one defect.</param>
/// <param name="Read">Reads one and names the answer. An exception that leaves it is a failure.</param>
/// <param name="AllocationFactor">
/// No more may be allocated than this times the input and 1 MB; null for no bound.
/// </param>
internal sealed record Target(IReadOnlyList<byte[]> Corpus, Func<byte[], string> Read, int? AllocationFactor);
