using System.Security.Cryptography;

namespace OnnxSplitter.Onnx.Files;

/// <summary>
/// Copies a file that changes nearly everywhere, and takes the digests of what it was and of what it becomes, in one
/// pass. <see cref="PatchedCopy"/> is for files of which little changes.
/// </summary>
public static class ChangedCopy
{
    private const int PiecesAtATime = 3;

    /// <summary>Runs over a file.</summary>
    /// <param name="input">The file, seekable; read from its start.</param>
    /// <param name="output">
    /// Gets what the file becomes; empty, writable. Null only takes digests. It never holds a byte of the input that
    /// changes.
    /// </param>
    /// <param name="change">What becomes of the file.</param>
    /// <param name="before">Whether the digest of the input is taken.</param>
    /// <param name="back">
    /// What must make of each changed piece what it was; null looks at nothing.
    /// </param>
    /// <param name="told">Told after each piece how many bytes are done, on the calling thread.</param>
    /// <returns>Digests, of the very bytes that are copied; null if <paramref name="back"/> does not do so.</returns>
    public static ChangedDigests? Run(
        Stream input, FileStream? output, IPieceChange change, bool before, IPieceChange? back = null,
        Action<long>? told = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(change);
        using var writer = output is null ? null : new PieceWriter(output, input.Length);
        Memory<byte>[] pieces =
            [.. Enumerable.Range(0, PiecesAtATime).Select(_ => AlignedPiece.Allocate(AlignedPiece.LongSize))];
        try
        {
            using var pass = new ChangedPass(input, change, before, back) { Told = told };
            var digests = pass.Run((_, number) => pieces[number % pieces.Length], piece => writer?.Write(piece.Span));
            writer?.Finish();
            return digests;
        }
        finally
        {
            foreach (var piece in pieces) CryptographicOperations.ZeroMemory(piece.Span);
        }
    }

    /// <summary>Reads a file into memory as what it becomes.</summary>
    /// <param name="input">The file, seekable; read from its start.</param>
    /// <param name="target">As long as the file.</param>
    /// <param name="change">What becomes of the file.</param>
    /// <param name="before">Whether the digest of the input is taken.</param>
    /// <returns>Digests, of the very bytes that are read.</returns>
    public static ChangedDigests Read(Stream input, byte[] target, IPieceChange change, bool before)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(change);
        using var pass = new ChangedPass(input, change, before, back: null);
        return pass.Run((position, _) => target.AsMemory((int)position), _ => { })!;
    }
}
