using System.Runtime.InteropServices;
using System.Security.Cryptography;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Onnx.Files;

/// <summary>
/// Copies a file with some of its bytes replaced, and takes the digests of all versions, in one pass.
/// </summary>
public static class PatchedCopy
{
    // Large enough that threads wait for each other rarely: 4 MB were no faster on a file of 3 GB.
    private const int PieceSize = 1 << 20;

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

    private static byte[][] CopyAndHash(
        Stream input, FileStream? output, IReadOnlyList<BytePatch> kept, IReadOnlyList<BytePatch>[] versions)
    {
        PatchedDigest[] digests = [.. versions.Select(patches => new PatchedDigest(patches))];
        var writer = output is null ? null : new DirectWriter(output, input.Length);
        var (piece, next) = (AllocatePiece(), AllocatePiece());
        var written = writer is null || kept.Count == 0 ? default : AllocatePiece();
        long position = 0;
        try
        {
            input.Position = 0;
            for (var count = Fill(input, piece); count > 0;)
            {
                // Hashing, writing and reading ahead keep several processors busy.
                var following = 0;
                Action[] work =
                [
                    .. digests.Select(digest => (Action)(() => digest.Append(piece.Span[..count]))),
                    () =>
                    {
                        writer?.Write(Patched(piece[..count], position, kept, written).Span);
                        following = Fill(input, next);
                    },
                ];
                Rethrow(() => Parallel.Invoke(work));
                position += count;
                (piece, next, count) = (next, piece, following);
            }

            writer?.Finish();
            return [.. digests.Select(digest => digest.Finish())];
        }
        finally
        {
            foreach (var digest in digests) digest.Dispose();

            // The original's weights, where a model is restored.
            CryptographicOperations.ZeroMemory(piece.Span);
            CryptographicOperations.ZeroMemory(next.Span);
            CryptographicOperations.ZeroMemory(written.Span);
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

    private static int Fill(Stream input, Memory<byte> piece) =>
        input.ReadAtLeast(piece.Span, piece.Length, throwOnEndOfStream: false);

    private static Memory<byte> AllocatePiece()
    {
        var bytes = GC.AllocateUninitializedArray<byte>(PieceSize + DirectWriter.Alignment, pinned: true);
        var start = (int)(-Marshal.UnsafeAddrOfPinnedArrayElement(bytes, 0) & (DirectWriter.Alignment - 1));
        return bytes.AsMemory(start, PieceSize);
    }

    private static void Rethrow(Action work)
    {
        try
        {
            work();
        }
        catch (AggregateException e) when (e.InnerException is { } inner)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(inner);
        }
    }
}
