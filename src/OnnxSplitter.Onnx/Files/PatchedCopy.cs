using System.Security.Cryptography;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Onnx.Files;

/// <summary>
/// Copies a file with some of its bytes replaced, and takes the digests of all versions, in one pass.
/// </summary>
public static class PatchedCopy
{
    private const int PieceSize = AlignedPiece.Size;

    /// <summary>Runs over a file.</summary>
    /// <param name="input">
    /// The file, seekable; read from its start. One of an <see cref="InputFile"/> can be cloned.
    /// </param>
    /// <param name="output">
    /// Gets the last version, or nothing if there is none; empty, readable and writable. Null only takes digests.
    /// </param>
    /// <param name="clone">
    /// Whether the output may be the input itself for a moment, where the file system can share blocks. Else it never
    /// holds a byte that the last version replaces: where the input is the original, a kill must not leave that.
    /// </param>
    /// <param name="versions">
    /// For each version what it replaces, ascending, without overlaps; nothing for the file itself.
    /// </param>
    /// <returns>
    /// SHA-256 of each version. They are of the bytes that are copied, however the input changes meanwhile.
    /// </returns>
    public static byte[][] Run(
        Stream input, FileStream? output, bool clone, params IReadOnlyList<BytePatch>[] versions)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(versions);

        // Versions without patches are the input itself: hashed once.
        int[] same =
        [
            .. versions.Select((patches, i) =>
                patches.Count > 0 ? i : Array.FindIndex(versions, other => other.Count == 0)),
        ];
        int[] distinct = [.. same.Distinct()];

        // What was cloned is read back from the clone: digests are of the bytes that are kept.
        var cloned = clone && output is not null && input is InputStream opened
            && FileClone.Try(opened.File.Handle, output);
        IReadOnlyList<BytePatch> kept = versions is [.., var last] ? last : [];
        var digests = CopyAndHash(
            cloned ? output! : input, cloned ? null : output, kept, [.. distinct.Select(i => versions[i])]);
        if (cloned) Apply(output!, kept);
        return [.. same.Select(i => digests[Array.IndexOf(distinct, i)])];
    }

    private static void Apply(FileStream output, IReadOnlyList<BytePatch> patches)
    {
        foreach (var patch in patches)
        {
            output.Position = patch.Offset;
            output.Write(patch.Bytes);
        }
    }

    /// <summary>Reads a file into memory with some of its bytes replaced, and takes digests meanwhile.</summary>
    /// <param name="input">The file, seekable; read from its start.</param>
    /// <param name="target">As long as the file; gets the last version.</param>
    /// <param name="versions">As for <see cref="Run"/>, at least one, each to be hashed by itself.</param>
    /// <returns>SHA-256 of each version, of the bytes that are read.</returns>
    public static byte[][] Read(Stream input, byte[] target, params IReadOnlyList<BytePatch>[] versions)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(versions);
        var digests = ReadAndHash(input, versions, position => target.AsMemory((int)position..), (_, _) => { });
        foreach (var (offset, bytes) in versions[^1]) bytes.CopyTo(target, offset);
        return digests;
    }

    private static byte[][] CopyAndHash(
        Stream input, FileStream? output, IReadOnlyList<BytePatch> kept, IReadOnlyList<BytePatch>[] versions)
    {
        var writer = output is null ? null : new DirectWriter(output, input.Length);
        Memory<byte>[] pieces = [AlignedPiece.Allocate(), AlignedPiece.Allocate()];
        var written = writer is null || kept.Count == 0 ? default : AlignedPiece.Allocate();
        try
        {
            var digests = ReadAndHash(input, versions,
                position => pieces[position / PieceSize % pieces.Length],
                (piece, position) => writer?.Write(Patched(piece, position, kept, written).Span));
            writer?.Finish();
            return digests;
        }
        finally
        {
            // The original's weights, where a model is restored.
            foreach (var piece in pieces) CryptographicOperations.ZeroMemory(piece.Span);
            CryptographicOperations.ZeroMemory(written.Span);
        }
    }

    /// <summary>Reads ahead while pieces are hashed and written: that keeps several processors busy.</summary>
    /// <param name="input">Read from its start.</param>
    /// <param name="versions">What is hashed.</param>
    /// <param name="place">Where the piece of a position goes: other than the one before it.</param>
    /// <param name="write">Gets each piece, as it was read, and its position.</param>
    private static byte[][] ReadAndHash(Stream input, IReadOnlyList<BytePatch>[] versions,
        Func<long, Memory<byte>> place, Action<Memory<byte>, long> write)
    {
        PatchedDigest[] digests = [.. versions.Select(patches => new PatchedDigest(patches))];
        long position = 0;
        try
        {
            input.Position = 0;
            for (var piece = Fill(0); piece.Length > 0;)
            {
                Memory<byte> following = default;
                Action[] work =
                [
                    .. digests.Select(digest => (Action)(() => digest.Append(piece.Span))),
                    () =>
                    {
                        write(piece, position);
                        following = Fill(position + piece.Length);
                    },
                ];
                ParallelWork.Run(work);
                position += piece.Length;
                piece = following;
            }

            return [.. digests.Select(digest => digest.Finish())];
        }
        finally
        {
            foreach (var digest in digests) digest.Dispose();
        }

        Memory<byte> Fill(long from)
        {
            var space = place(from);
            if (space.Length > PieceSize) space = space[..PieceSize];
            return space[..input.ReadAtLeast(space.Span, space.Length, throwOnEndOfStream: false)];
        }
    }

    /// <summary>A piece as it is written: itself, if no patch lies in it.</summary>
    private static ReadOnlyMemory<byte> Patched(
        Memory<byte> piece, long position, IReadOnlyList<BytePatch> patches, Memory<byte> written)
    {
        var end = position + piece.Length;
        var copied = false;
        foreach (var (offset, bytes) in patches)
        {
            var (first, last) = (Math.Max(offset, position), Math.Min(offset + bytes.Length, end));
            if (first >= last) continue;
            if (!copied) piece.CopyTo(written);
            copied = true;
            bytes.AsSpan((int)(first - offset), (int)(last - first)).CopyTo(written.Span[(int)(first - position)..]);
        }

        return copied ? written[..piece.Length] : piece;
    }
}
