using System.Security.Cryptography;
using OnnxSplitter.Onnx.Files;

namespace OnnxSplitter.Secrets.Payload;

/// <summary>One file of the model: what it is before and after restoring. Length and name stay the same.</summary>
/// <remarks>Equality is that of the digest arrays' references, not of their content.</remarks>
public sealed record ProtectedFile
{
    /// <summary>Describes a file that restoring gives back as it was.</summary>
    /// <param name="name">
    /// A plain file name, or one below the model's folder with forward slashes: no empty part, <c>.</c> or <c>..</c>,
    /// no backslashes, drive marks or control characters.
    /// </param>
    /// <param name="length">Bytes.</param>
    /// <param name="sha256Obfuscated">32 bytes, owned by this object from here on.</param>
    /// <param name="sha256Original">32 bytes, owned by this object from here on.</param>
    /// <exception cref="ArgumentException">A value breaks these rules.</exception>
    public ProtectedFile(string name, long length, byte[] sha256Obfuscated, byte[] sha256Original)
        : this(name, length, sha256Obfuscated, sha256Original, sha256Original)
    {
    }

    /// <summary>Describes a file that compact secrets restore to something close to what it was.</summary>
    /// <param name="name">As for any other.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="sha256Obfuscated">32 bytes, owned by this object from here on.</param>
    /// <param name="sha256Restored">32 bytes, owned by this object from here on.</param>
    /// <param name="sha256Original">32 bytes, owned by this object from here on.</param>
    /// <exception cref="ArgumentException">A value breaks these rules.</exception>
    public ProtectedFile(
        string name, long length, byte[] sha256Obfuscated, byte[] sha256Restored, byte[] sha256Original)
    {
        if (!RelativeName.IsPlain(name))
            throw new ArgumentException("The name is not a plain file name.", nameof(name));
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        CheckDigest(sha256Obfuscated, nameof(sha256Obfuscated));
        CheckDigest(sha256Restored, nameof(sha256Restored));
        CheckDigest(sha256Original, nameof(sha256Original));
        Name = name;
        Length = length;
        Sha256Obfuscated = sha256Obfuscated;
        Sha256Restored = sha256Restored;
        Sha256Original = sha256Original;
    }

    /// <summary>Name, relative to the model's folder.</summary>
    public string Name { get; }

    /// <summary>Bytes, of the obfuscated, the restored and the original file alike.</summary>
    public long Length { get; }

    /// <summary>SHA-256 of the file that is shipped, 32 bytes.</summary>
    public byte[] Sha256Obfuscated { get; }

    /// <summary>SHA-256 of the file that restoring must give, 32 bytes.</summary>
    public byte[] Sha256Restored { get; }

    /// <summary>SHA-256 of the original file, 32 bytes; what restoring gives, unless the secrets are compact.</summary>
    public byte[] Sha256Original { get; }

    private static void CheckDigest(byte[] digest, string parameter)
    {
        ArgumentNullException.ThrowIfNull(digest, parameter);
        if (digest.Length != SHA256.HashSizeInBytes)
            throw new ArgumentException($"A SHA-256 digest has {SHA256.HashSizeInBytes} bytes.", parameter);
    }
}
