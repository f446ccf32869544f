using System.Security.Cryptography;
using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Tests.Onnx;

public sealed class PatchedCopyTests : IDisposable
{
    private const int Piece = 4 << 20;
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Piece)]
    [InlineData((2 * Piece) + 5)]
    [InlineData((64 << 20) + 17)]
    [InlineData(64 << 20)]
    public void The_last_version_is_written_and_every_digest_is_right(int length)
    {
        var random = new Random(length);
        var bytes = new byte[length];
        random.NextBytes(bytes);
        File.WriteAllBytes(_folder["input"], bytes);
        IReadOnlyList<BytePatch>[] versions = [Patches(random, length), [], Patches(random, length)];
        byte[][] expected = [.. versions.Select(patches => Patched(bytes, patches))];

        byte[][] digests;
        using (var input = File.OpenRead(_folder["input"]))
        using (var output = new FileStream(_folder["output"], FileMode.CreateNew, FileAccess.ReadWrite))
            digests = PatchedCopy.Run(input, output, clone: true, versions);

        Assert.Equal(expected.Select(SHA256.HashData), digests);
        Assert.True(expected[^1].AsSpan().SequenceEqual(File.ReadAllBytes(_folder["output"])));
        Assert.Equal(digests, PatchedCopy.Run(new MemoryStream(bytes), output: null, clone: false, versions));
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] Patched(byte[] bytes, IReadOnlyList<BytePatch> patches)
    {
        var patched = bytes.ToArray();
        foreach (var (offset, replacement) in patches) replacement.CopyTo(patched, offset);
        return patched;
    }

    /// <summary>Some at the ends, some side by side, some across the pieces in which files are read.</summary>
    private static List<BytePatch> Patches(Random random, int length)
    {
        var patches = new List<BytePatch>();
        long[] places = [0, 8, 4000, Piece - 3, Piece + 5, (2 * Piece) - 8, length - 8];
        foreach (var place in places.Where(place => place >= 0 && place + 8 <= length).Order().Distinct())
        {
            if (patches.Count > 0 && place < patches[^1].Offset + 8) continue;
            var bytes = new byte[8];
            random.NextBytes(bytes);
            patches.Add(new BytePatch(place, bytes));
        }

        return patches;
    }
}
