namespace OnnxSplitter.Cli.Results;

/// <summary>What <c>trace --json</c> prints.</summary>
/// <param name="Model">The leaked model.</param>
/// <param name="Variant">The secrets of the variant that it is; null if it is none for sure.</param>
/// <param name="Recipients">Whom these are sealed to.</param>
/// <param name="Variants">What speaks for each, the likeliest first.</param>
/// <param name="NotOpened">Secrets that did not open.</param>
internal sealed record TraceResult(
    string Model,
    string? Variant,
    IReadOnlyList<string> Recipients,
    IReadOnlyList<TraceVariant> Variants,
    IReadOnlyList<string> NotOpened);
