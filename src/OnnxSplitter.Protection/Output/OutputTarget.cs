using System.Security.Cryptography.X509Certificates;

namespace OnnxSplitter.Protection.Output;

/// <summary>Where an obfuscated model and its secrets go, and for whom.</summary>
/// <param name="Model">Path of the <c>.onnx</c> file.</param>
/// <param name="Secrets">Path of the sealed secrets.</param>
/// <param name="Recipients">Certificates that the secrets are sealed to.</param>
internal sealed record OutputTarget(string Model, string Secrets, IReadOnlyList<X509Certificate2> Recipients);
