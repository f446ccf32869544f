using System.Security.Cryptography;

namespace OnnxSplitter.Onnx.Files;

/// <summary>
/// One pass over a file that changes: while a piece is changed, the one before it is hashed and written, and the one
/// after it read. That keeps several processors busy.
/// </summary>
internal sealed class ChangedPass(Stream input, IPieceChange change, bool before, IPieceChange? back) : IDisposable
{
    private readonly IncrementalHash _before = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _after = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Memory<byte> _original = back is null ? default : AlignedPiece.Allocate(AlignedPiece.LongSize);
    private readonly Memory<byte> _undone = back is null ? default : AlignedPiece.Allocate(AlignedPiece.LongSize);

    /// <summary>Told after each piece how many bytes are done.</summary>
    public Action<long>? Told { get; init; }

    /// <summary>Runs it.</summary>
    /// <param name="place">
    /// Where the piece of a position and a number goes: other than those of the two before it.
    /// </param>
    /// <param name="write">Gets each piece as it has become, in order.</param>
    /// <returns>Null if a piece did not come back.</returns>
    public ChangedDigests? Run(Func<long, int, Memory<byte>> place, Action<ReadOnlyMemory<byte>> write)
    {
        var (position, number, same) = (0L, 0, true);
        input.Position = 0;
        Memory<byte> done = default, piece = Fill(0, 0);
        while (piece.Length + done.Length > 0)
        {
            Memory<byte> following = default;
            ParallelWork.Run(
                () => same &= Change(piece.Span, position),
                () => _after.AppendData(done.Span),
                () =>
                {
                    write(done);
                    following = Fill(position + piece.Length, number + 1);
                });
            if (!same) return null;
            position += piece.Length;
            number++;
            (done, piece) = (piece, following);
            Told?.Invoke(position);
        }

        return new ChangedDigests(before ? _before.GetHashAndReset() : [], _after.GetHashAndReset());

        Memory<byte> Fill(long from, int next)
        {
            var count = (int)(change.Cut(Math.Min(from + AlignedPiece.LongSize, input.Length)) - from);
            if (count <= 0) return default;
            var space = place(from, next)[..count];
            input.ReadExactly(space.Span);
            return space;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _before.Dispose();
        _after.Dispose();
        CryptographicOperations.ZeroMemory(_original.Span);
        CryptographicOperations.ZeroMemory(_undone.Span);
    }

    private bool Change(Span<byte> piece, long position)
    {
        if (before) _before.AppendData(piece);
        if (back is null)
        {
            change.Apply(piece, position);
            return true;
        }

        var original = _original.Span[..piece.Length];
        var undone = _undone.Span[..piece.Length];
        piece.CopyTo(original);
        change.Apply(piece, position);
        piece.CopyTo(undone);
        back.Apply(undone, position);
        return original.SequenceEqual(undone);
    }
}
