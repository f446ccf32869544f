using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Tests.Onnx.Files;

/// <summary>Files in memory that are patched there alone.</summary>
public sealed class PrivateMappingTests : IDisposable
{
    private static readonly long Page = Environment.SystemPageSize;
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Patches_are_seen_in_memory_and_not_in_the_file()
    {
        var content = Content(10 * Page + 3);
        using var file = InputFile.Open(Write(content));
        using var mapping = PrivateMapping.Of(file);

        // The end of a page, across two, and the last byte.
        BytePatch[] patches = [new(Page - 1, [1]), new(5 * Page - 2, [2, 3, 4, 5]), new(10 * Page + 2, [6])];
        mapping.Write(patches);

        var expected = (byte[])content.Clone();
        foreach (var (offset, bytes) in patches) bytes.CopyTo(expected, offset);
        using var stream = mapping.OpenStream();
        var seen = new byte[expected.Length];
        stream.ReadExactly(seen);
        Assert.Equal(expected, seen);
        Assert.Equal(expected.AsSpan()[^5..], mapping.Read(mapping.Length - 5, 5));
        Assert.Equal(3 * Page + 3, mapping.PrivateBytes);
        Assert.Equal(content, File.ReadAllBytes(file.Path));
    }

    [Fact]
    public void What_lies_outside_is_refused_before_anything_is_written()
    {
        using var file = InputFile.Open(Write(Content(100)));
        using var mapping = PrivateMapping.Of(file);
        foreach (var patch in new BytePatch[] { new(97, [1, 2, 3, 4]), new(-1, [1]), new(long.MaxValue, [1]) })
            Assert.Throws<ArgumentOutOfRangeException>(() => mapping.Write([new(0, [9]), patch]));
        Assert.Throws<ArgumentOutOfRangeException>(() => mapping.Read(100, 1).Length);
        Assert.Equal(File.ReadAllBytes(file.Path), mapping.Read(0, 100));
        Assert.Equal(0, mapping.PrivateBytes);
    }

    [Fact]
    public void An_empty_file_has_no_bytes()
    {
        using var file = InputFile.Open(Write([]));
        using var mapping = PrivateMapping.Of(file);
        mapping.Write([]);
        Assert.Equal(0, mapping.Read(0, 0).Length);
        Assert.Equal(-1, mapping.OpenStream().ReadByte());
    }

    public void Dispose() => _folder.Dispose();

    private string Write(byte[] content)
    {
        File.WriteAllBytes(_folder["data"], content);
        return _folder["data"];
    }

    private static byte[] Content(long length)
    {
        var bytes = new byte[length];
        new Random(3).NextBytes(bytes);
        return bytes;
    }
}
