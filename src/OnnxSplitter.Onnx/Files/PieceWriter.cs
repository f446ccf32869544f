using System.Security.Cryptography;

namespace OnnxSplitter.Onnx.Files;

/// <summary>Writes pieces of any length, gathered to such as <see cref="DirectWriter"/> takes.</summary>
/// <param name="output">Empty, writable.</param>
/// <param name="length">How long it will be, about.</param>
internal sealed class PieceWriter(FileStream output, long length) : IDisposable
{
    private readonly DirectWriter _writer = new(output, length);
    private readonly Memory<byte> _gathered = AlignedPiece.Allocate(AlignedPiece.LongSize);
    private int _count;

    /// <summary>Writes what follows.</summary>
    /// <exception cref="IOException">Writing failed.</exception>
    public void Write(ReadOnlySpan<byte> piece)
    {
        while (piece.Length > 0)
        {
            var count = Math.Min(piece.Length, _gathered.Length - _count);
            piece[..count].CopyTo(_gathered.Span[_count..]);
            piece = piece[count..];
            _count += count;
            if (_count == _gathered.Length) Flush();
        }
    }

    /// <summary>Writes what was held back.</summary>
    /// <exception cref="IOException">Writing failed.</exception>
    public void Finish()
    {
        if (_count > 0) Flush();
        _writer.Finish();
    }

    /// <summary>Zeroes what was gathered: the original's weights, where a model is restored.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(_gathered.Span);

    private void Flush()
    {
        _writer.Write(_gathered.Span[.._count]);
        _count = 0;
    }
}
