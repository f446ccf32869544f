using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Protection.Output;

/// <summary>A file as it is with some of its bytes replaced, for reading.</summary>
/// <param name="file">Readable and seekable; still the caller's.</param>
/// <param name="patches">Ascending, without overlaps.</param>
internal sealed class PatchedView(Stream file, IReadOnlyList<BytePatch> patches) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => file.Length;

    public override long Position
    {
        get => file.Position;
        set => file.Position = value;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var start = file.Position;
        var count = file.Read(buffer);
        for (var i = FirstAfter(start); i < patches.Count && patches[i].Offset < start + count; i++)
        {
            var (offset, bytes) = patches[i];
            var from = Math.Max(offset, start);
            var to = Math.Min(offset + bytes.Length, start + count);
            bytes.AsSpan((int)(from - offset), (int)(to - from)).CopyTo(buffer[(int)(from - start)..]);
        }

        return count;
    }

    public override long Seek(long offset, SeekOrigin origin) => file.Seek(offset, origin);

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>The first patch that ends behind a position.</summary>
    private int FirstAfter(long position)
    {
        var (low, high) = (0, patches.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (patches[middle].Offset + patches[middle].Bytes.Length > position) high = middle;
            else low = middle + 1;
        }

        return low;
    }
}
