using System.Security.Cryptography;

namespace OnnxSplitter.Onnx.Files;

/// <summary>A file as what it becomes, for reading.</summary>
/// <param name="file">The file as it is, seekable; still the caller's.</param>
/// <param name="change">What becomes of it.</param>
internal sealed class ChangedView(Stream file, IPieceChange change) : Stream
{
    private readonly Memory<byte> _piece = AlignedPiece.Allocate();
    private long _start;
    private int _count;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => file.Length;

    public override long Position { get; set; }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (Position >= Length || buffer.Length == 0) return 0;
        if (Position < _start || Position >= _start + _count) Fill();
        var from = (int)(Position - _start);
        var count = Math.Min(buffer.Length, _count - from);
        _piece.Span.Slice(from, count).CopyTo(buffer);
        Position += count;
        return count;
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => Position,
        _ => Length,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Zeroes what was read.</summary>
    protected override void Dispose(bool disposing)
    {
        CryptographicOperations.ZeroMemory(_piece.Span);
        base.Dispose(disposing);
    }

    private void Fill()
    {
        _start = change.Cut(Position);
        _count = (int)(change.Cut(Math.Min(_start + AlignedPiece.Size, Length)) - _start);
        var piece = _piece.Span[.._count];
        file.Position = _start;
        file.ReadExactly(piece);
        change.Apply(piece, _start);
    }
}
