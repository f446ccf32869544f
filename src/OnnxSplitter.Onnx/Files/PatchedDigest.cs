using System.Security.Cryptography;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Onnx.Files;

/// <summary>SHA-256 of a file with some of its bytes replaced, taken of pieces of the file as it is.</summary>
/// <param name="patches">What is replaced, ascending, without overlaps.</param>
internal sealed class PatchedDigest(IReadOnlyList<BytePatch> patches) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _position;
    private int _next;

    /// <summary>Takes the piece that follows.</summary>
    public void Append(ReadOnlySpan<byte> piece)
    {
        var (start, end) = (_position, _position + piece.Length);
        for (; _next < patches.Count && patches[_next] is var (offset, bytes) && offset < end; _next++)
        {
            if (offset > _position) AppendFile(piece, start, offset);
            var rest = bytes.AsSpan((int)(_position - offset));
            var count = (int)Math.Min(rest.Length, end - _position);
            _hash.AppendData(rest[..count]);
            _position += count;
            if (count < rest.Length) return;
        }

        AppendFile(piece, start, end);
    }

    /// <summary>The digest of everything that was appended.</summary>
    public byte[] Finish() => _hash.GetHashAndReset();

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private void AppendFile(ReadOnlySpan<byte> piece, long start, long end)
    {
        _hash.AppendData(piece[(int)(_position - start)..(int)(end - start)]);
        _position = end;
    }
}
