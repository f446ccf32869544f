namespace OnnxSplitter.Protection.Variants;

/// <summary>A variant as it was written.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Output">Its obfuscated model.</param>
/// <param name="Secrets">Its sealed secrets.</param>
/// <param name="WeightsChanged">Weights that differ from the original: the search's and its marks.</param>
/// <param name="Obfuscated">What was measured of its obfuscated file, on the evaluation data.</param>
/// <param name="StandardError">Of that.</param>
public sealed record VariantReport(
    string Name, string Output, string Secrets, int WeightsChanged, double Obfuscated, double StandardError);
