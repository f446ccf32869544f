namespace OnnxSplitter.Cli.Results;

/// <summary>One recipient.</summary>
/// <param name="Address">Subject key identifier, or issuer and serial number.</param>
/// <param name="Kind">What key it has.</param>
/// <param name="Subject">Subject of the given certificate that it is; null if it is none of them.</param>
internal sealed record RecipientResult(string Address, string Kind, string? Subject);
