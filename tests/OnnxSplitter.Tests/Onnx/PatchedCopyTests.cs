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

    [Fact]
    public void A_kill_while_it_is_copied_leaves_no_byte_that_is_replaced()
    {
        var bytes = new byte[(3 * Piece) + 7];
        BytePatch[] patches = [new(5, [1, 2]), new(Piece - 1, [3, 4]), new(bytes.Length - 1, [5])];
        using var output = new FileStream(_folder["output"], FileMode.CreateNew, FileAccess.ReadWrite);
        var looks = 0;
        using var input = new WatchedInput(bytes, () =>
        {
            var sofar = new byte[bytes.Length];
            using var reader = new FileStream(_folder["output"], FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var length = reader.ReadAtLeast(sofar, sofar.Length, throwOnEndOfStream: false);
            if (length > 0) looks++;
            foreach (var (offset, replacement) in patches)
                for (var i = 0; i < replacement.Length && offset + i < length; i++)
                    Assert.Equal(replacement[i], sofar[offset + i]);
        });

        PatchedCopy.Run(input, output, clone: false, [], patches);

        Assert.True(looks > 0);
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
