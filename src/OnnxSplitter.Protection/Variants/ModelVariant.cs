using System.Security.Cryptography.X509Certificates;

namespace OnnxSplitter.Protection.Variants;

/// <summary>One recipient's own obfuscated model and secrets, out of a job that makes several from one search.</summary>
/// <param name="Name">What messages and reports call it.</param>
/// <param name="Output">Where its obfuscated model goes.</param>
/// <param name="Secrets">Where its sealed secrets go.</param>
/// <param name="Recipients">
/// Certificates its secrets are sealed to: the recipient's, and one of the vendor's, so that a leaked file can be traced.
/// </param>
public sealed record ModelVariant(string Name, string Output, string Secrets, IReadOnlyList<X509Certificate2> Recipients);

/// <summary>A variant as it was written.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Output">Its obfuscated model.</param>
/// <param name="Secrets">Its sealed secrets.</param>
/// <param name="WeightsChanged">Weights that differ from the original: the search's and its marks.</param>
/// <param name="Obfuscated">What was measured of its obfuscated file, on the evaluation data.</param>
public sealed record VariantReport(
    string Name, string Output, string Secrets, int WeightsChanged, double Obfuscated);
