using System.Security.Cryptography;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Onnx.Files;

/// <summary>Copies a file with some of its bytes replaced, and takes the digests of all versions, in one pass.</summary>
public static class PatchedCopy
{
    private const int ChunkSize = 1 << 20;

    /// <summary>Runs over a file.</summary>
    /// <param name="input">The file, seekable; read from its start.</param>
    /// <param name="output">
    /// Gets the last version, or nothing if there is none; empty, readable and writable. Null only takes digests.
    /// </param>
    /// <param name="versions">For each version what it replaces, ascending, without overlaps.</param>
    /// <returns>SHA-256 of the input, and of each version.</returns>
    public static byte[][] Run(Stream input, FileStream? output, params IReadOnlyList<BytePatch>[] versions)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(versions);

        // What was cloned is read back from the clone: digests are of the bytes that are kept.
        var cloned = output is not null && input is FileStream file && FileClone.Try(file, output);
        var digests = CopyAndHash(cloned ? output! : input, cloned ? null : output, Distinct(versions));
        if (cloned && versions.Length > 0) Apply(output!, versions[^1]);
        return [digests[0], .. versions.Select((patches, i) => digests[patches.Count == 0 ? 0 : Position(versions, i)])];
    }

    // Versions without patches are the input itself: not hashed twice.
    private static IReadOnlyList<BytePatch>[] Distinct(IReadOnlyList<BytePatch>[] versions) =>
        [.. versions.Where(patches => patches.Count > 0)];

    private static int Position(IReadOnlyList<BytePatch>[] versions, int index) =>
        1 + versions.Take(index).Count(patches => patches.Count > 0);

    private static void Apply(FileStream output, IReadOnlyList<BytePatch> patches)
    {
        foreach (var patch in patches)
        {
            output.Position = patch.Offset;
            output.Write(patch.Bytes);
        }
    }

    private static byte[][] CopyAndHash(Stream input, FileStream? output, IReadOnlyList<BytePatch>[] versions)
    {
        input.Position = 0;
        var hashes = new IncrementalHash[versions.Length + 1];
        for (var i = 0; i < hashes.Length; i++) hashes[i] = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var chunks = new byte[hashes.Length][];
        for (var i = 0; i < chunks.Length; i++) chunks[i] = new byte[ChunkSize];
        var next = new byte[ChunkSize];
        var cursors = new int[versions.Length];
        try
        {
            long start = 0;
            for (var count = Fill(input, chunks[0]); count > 0;)
            {
                for (var i = 0; i < versions.Length; i++)
                {
                    chunks[0].AsSpan(0, count).CopyTo(chunks[i + 1]);
                    cursors[i] = Overlay(versions[i], cursors[i], start, chunks[i + 1].AsSpan(0, count));
                }

                // Hashing, writing and reading ahead keep several processors busy.
                var (length, following) = (count, 0);
                Action[] work =
                [
                    .. hashes.Select((hash, i) => (Action)(() => hash.AppendData(chunks[i], 0, length))),
                    () =>
                    {
                        output?.Write(chunks[^1], 0, length);
                        following = Fill(input, next);
                    },
                ];
                Rethrow(() => Parallel.Invoke(work));
                (chunks[0], next) = (next, chunks[0]);
                (start, count) = (start + count, following);
            }

            return [.. hashes.Select(hash => hash.GetHashAndReset())];
        }
        finally
        {
            foreach (var hash in hashes) hash.Dispose();

            // The original's weights, where a model is restored.
            foreach (var chunk in chunks.Append(next)) CryptographicOperations.ZeroMemory(chunk);
        }
    }

    private static int Fill(Stream input, byte[] chunk) =>
        input.ReadAtLeast(chunk, chunk.Length, throwOnEndOfStream: false);

    /// <summary>Puts patches into a part of the file.</summary>
    /// <returns>The first patch that reaches beyond it.</returns>
    internal static int Overlay(IReadOnlyList<BytePatch> patches, int first, long start, Span<byte> chunk)
    {
        for (; first < patches.Count && patches[first].Offset < start + chunk.Length; first++)
        {
            var (offset, bytes) = (patches[first].Offset - start, patches[first].Bytes);
            for (var i = 0; i < bytes.Length; i++)
                if (offset + i >= 0 && offset + i < chunk.Length) chunk[(int)(offset + i)] = bytes[i];
            if (offset + bytes.Length > chunk.Length) break;
        }

        return first;
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
