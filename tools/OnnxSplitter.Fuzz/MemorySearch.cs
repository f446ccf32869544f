using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets.Envelope;

namespace OnnxSplitter.Fuzz;

/// <summary>Looks for what must not stay in this process's memory (Linux: <c>/proc/self/mem</c>).</summary>
/// <remarks>What is looked for is kept masked, so that a search does not find itself.</remarks>
internal static class MemorySearch
{
    private const byte Mask = 0xA5;
    private const int ChunkLength = 1 << 20;

    /// <returns>0 if all was found while the secrets were open, and nothing afterwards.</returns>
    public static int Run(TextWriter output)
    {
        var needles = Needles();
        var (open, restored) = Use(needles);
        var after = needles.ToDictionary(needle => needle.Key, needle => Count(needle.Value), StringComparer.Ordinal);
        foreach (var name in needles.Keys)
            output.WriteLine($"{name}: {open[name]} copies while open, {after[name]} after dispose");
        output.WriteLine($"restored weights: {restored} copies while restored");
        return open["changed weights' indices"] > 0 && restored > 0 && after.Values.All(count => count == 0) ? 0 : 1;
    }

    /// <summary>Opens, restores, looks, and disposes of everything.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (Dictionary<string, int> Open, int Restored) Use(Dictionary<string, byte[]> needles)
    {
        using var signer = VectorFiles.Key("vendor");
        using var identity = VectorFiles.Key("alice");
        using var secrets = SecretsEnvelope.Open(VectorFiles.SecretsFile("success", "one-recipient"), signer, identity);
        var found = needles.ToDictionary(needle => needle.Key, needle => Count(needle.Value), StringComparer.Ordinal);
        var model = ModelRestorer.RestoreInMemory(VectorFiles.Obfuscated, secrets);
        var restored = Count(needles[RestoredWeights]);
        CryptographicOperations.ZeroMemory(model);
        return (found, restored);
    }

    private const string RestoredWeights = "restored weights";

    /// <summary>What is looked for, masked; no plain copy of it is left.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Dictionary<string, byte[]> Needles()
    {
        using var signer = VectorFiles.Key("vendor");
        using var identity = VectorFiles.Key("alice");
        using var secrets = SecretsEnvelope.Open(VectorFiles.SecretsFile("success", "one-recipient"), signer, identity);
        var tensor = secrets.Tensors[0];
        var needles = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["changed weights' indices"] = Masked(tensor.Indices.SelectMany(BitConverter.GetBytes)),
            ["original bits as in the payload"] =
                Masked(tensor.RestoredBits.SelectMany(bits => BitConverter.GetBytes((uint)bits))),
            ["original bits as in the object"] =
                Masked(tensor.RestoredBits.SelectMany(bits => BitConverter.GetBytes(bits))),
        };

        // The bytes around a changed weight, as only the original has them.
        var model = ModelRestorer.RestoreInMemory(VectorFiles.Obfuscated, secrets);
        var place = FirstDifference(model);
        needles[RestoredWeights] = Masked(new ArraySegment<byte>(model, place - 32, 64));
        CryptographicOperations.ZeroMemory(model);

        // The content key, of 32 bytes, in the one recipient's encrypted key of 256 bytes.
        var file = VectorFiles.SecretsFile("success", "one-recipient");
        var start = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x04, 0x82, 0x01, 0x00]) + 4;
        using var rsa = identity.GetRSAPrivateKey()!;
        var key = rsa.Decrypt(file.AsSpan(start, 256), RSAEncryptionPadding.OaepSHA256);
        needles["content key"] = Masked(key);
        CryptographicOperations.ZeroMemory(key);
        return needles;
    }

    private static int FirstDifference(byte[] restored)
    {
        var obfuscated = File.ReadAllBytes(VectorFiles.Obfuscated);
        return restored.AsSpan().CommonPrefixLength(obfuscated);
    }

    public static byte[] Masked(IEnumerable<byte> bytes) => [.. bytes.Select(value => (byte)(value ^ Mask))];

    /// <summary>
    /// Searches all memory that is or was writable, but its own buffer: mapped data files are locked once patched.
    /// </summary>
    public static int Count(byte[] masked)
    {
        var buffer = GC.AllocateUninitializedArray<byte>(ChunkLength + masked.Length, pinned: true);
        var own = (ulong)Marshal.UnsafeAddrOfPinnedArrayElement(buffer, 0);
        var found = 0;
        using var memory =
            new FileStream("/proc/self/mem", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        foreach (var line in File.ReadAllLines("/proc/self/maps"))
        {
            var parts = line.Split(' ', '-');
            if (!parts[2].StartsWith("rw", StringComparison.Ordinal) && !IsData(line)) continue;
            var (start, end) = (ulong.Parse(parts[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                ulong.Parse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            for (var at = start; at < end; at += ChunkLength)
            {
                var length = (int)Math.Min((ulong)buffer.Length, end - at);
                try
                {
                    memory.Position = (long)at;
                    memory.ReadExactly(buffer.AsSpan(0, length));
                }
                catch (IOException)
                {
                    continue; // Mapped, but not readable, such as the pages of a device.
                }

                for (var i = 0; i + masked.Length <= length; i++)
                {
                    if (at + (ulong)i + (ulong)masked.Length > own && at + (ulong)i < own + (ulong)buffer.Length)
                        continue;
                    if (Matches(buffer.AsSpan(i), masked) && i < ChunkLength) found++;
                }
            }
        }

        CryptographicOperations.ZeroMemory(buffer);
        return found;
    }

    private static bool IsData(string line) =>
        line.Contains(" r--p ", StringComparison.Ordinal) && line.Contains('/', StringComparison.Ordinal)
        && !line.Contains(".so", StringComparison.Ordinal) && !line.Contains(".dll", StringComparison.Ordinal);

    private static bool Matches(ReadOnlySpan<byte> bytes, byte[] masked)
    {
        for (var i = 0; i < masked.Length; i++)
            if ((bytes[i] ^ Mask) != masked[i]) return false;
        return true;
    }
}
