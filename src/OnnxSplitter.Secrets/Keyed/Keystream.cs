using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace OnnxSplitter.Secrets.Keyed;

/// <summary>
/// The bits by which one rule changes one tensor: AES-256 in counter mode (NIST SP 800-38A, counter from 0) under a
/// key of its own, derived by HKDF-SHA256 (RFC 5869). Any part of it can be had without the rest.
/// </summary>
internal sealed class Keystream : IDisposable
{
    private const string Label = "onnxsplitter keyed";
    private const int BlockLength = 16;

    private readonly Aes _aes = Aes.Create();

    /// <param name="key">The secrets' key.</param>
    /// <param name="rule">Which rule.</param>
    /// <param name="path">The tensor's path.</param>
    public Keystream(ReadOnlySpan<byte> key, KeyedRules rule, string path)
    {
        Span<byte> own = stackalloc byte[KeyedSecrets.KeyLength];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, own, salt: [], Info(rule, path));
        _aes.SetKey(own);
        CryptographicOperations.ZeroMemory(own);
    }

    /// <summary>Writes a part of it.</summary>
    /// <param name="offset">Where the part begins: a multiple of 16.</param>
    /// <param name="bytes">Gets it. The caller zeroes it.</param>
    public void Fill(long offset, Span<byte> bytes)
    {
        var whole = bytes.Length / BlockLength * BlockLength;
        var counter = (ulong)offset / BlockLength;
        Encrypt(counter, bytes[..whole]);
        if (whole == bytes.Length) return;
        Span<byte> last = stackalloc byte[BlockLength];
        Encrypt(counter + (ulong)(whole / BlockLength), last);
        last[..(bytes.Length - whole)].CopyTo(bytes[whole..]);
        CryptographicOperations.ZeroMemory(last);
    }

    /// <summary>Forgets the key.</summary>
    public void Dispose() => _aes.Dispose();

    // No rule's name holds a 0, so that no two infos are the same.
    private static byte[] Info(KeyedRules rule, string path) =>
        Encoding.UTF8.GetBytes($"{Label}\0{rule.ToString().ToLowerInvariant()}\0{path}");

    // Runs over gigabytes from the first call on, which can't wait for the compiler's second look.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Encrypt(ulong counter, Span<byte> blocks)
    {
        for (var at = 0; at < blocks.Length; at += BlockLength)
        {
            BinaryPrimitives.WriteUInt64BigEndian(blocks[at..], 0);
            BinaryPrimitives.WriteUInt64BigEndian(blocks[(at + sizeof(ulong))..], counter++);
        }

        _aes.EncryptEcb(blocks, blocks, PaddingMode.None);
    }
}
