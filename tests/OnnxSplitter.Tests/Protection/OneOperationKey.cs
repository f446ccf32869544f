using System.Security.Cryptography;

namespace OnnxSplitter.Tests.Protection;

/// <summary>A key that signs and does nothing else, as those of clouds do.</summary>
/// <param name="key">What signs.</param>
/// <param name="refusal">What is thrown at whatever else is asked.</param>
internal sealed class OneOperationKey(RSA key, Exception refusal) : RSA
{
    public override int KeySize => key.KeySize;

    public override byte[] SignHash(byte[] hash, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding) =>
        key.SignHash(hash, hashAlgorithm, padding);

    public override RSAParameters ExportParameters(bool includePrivateParameters) => throw refusal;

    public override void ImportParameters(RSAParameters parameters) => throw refusal;

    public override byte[] ExportPkcs8PrivateKey() => throw refusal;
}
