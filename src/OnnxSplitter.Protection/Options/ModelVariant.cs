using System.Security.Cryptography.X509Certificates;

namespace OnnxSplitter.Protection.Options;

/// <summary>
/// One recipient's own obfuscated model and secrets, out of a job that makes several from one search.
/// </summary>
/// <param name="Name">What messages and reports call it.</param>
/// <param name="Output">Where its obfuscated model goes.</param>
/// <param name="Secrets">Where its sealed secrets go.</param>
/// <param name="Recipients">
/// Certificates its secrets are sealed to: the recipient's, and one of the vendor's, so that a leaked file can be
/// traced.
/// </param>
public sealed record ModelVariant(
    string Name, string Output, string Secrets, IReadOnlyList<X509Certificate2> Recipients);
