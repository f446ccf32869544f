using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Onnx.Files;

/// <summary>
/// A file's bytes in memory, patched there alone: it costs the pages that a patch touches, whatever the file's size.
/// </summary>
/// <remarks>
/// Pages that no patch touches remain the file's. If somebody makes the file shorter while it is mapped, the system
/// ends a process that reads what was cut off (Unix: SIGBUS); no program can catch that.
/// </remarks>
public sealed class PrivateMapping : SafeHandle
{
    private readonly List<(long Start, long End)> _written = [];

    private readonly InputFile _file;

    private PrivateMapping(InputFile file, nint address)
        : base(invalidHandleValue: 0, ownsHandle: true)
    {
        SetHandle(address);
        _file = file;
        Length = file.Length;
    }

    /// <summary>Bytes.</summary>
    public long Length { get; }

    /// <summary>Where the first byte lies, until this object is disposed; 0 for an empty file.</summary>
    public nint Address => handle;

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Bytes of the pages that are no longer the file's.</summary>
    public long PrivateBytes => _written.Sum(pages => pages.End - pages.Start);

    internal static PrivateMapping Of(InputFile file)
    {
        // Nothing of a file that is empty can be mapped.
        if (file.Length == 0) return new PrivateMapping(file, 0);
        var address = MappedMemory.Map(file.Handle, file.Length);
        if (address == 0)
            throw new ModelFormatException(
                $"{file.Path} can't be mapped into memory: "
                + $"{Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}",
                "Check the process's limits of memory and of mappings.");
        return new PrivateMapping(file, address);
    }

    /// <summary>Replaces bytes. Before and after, nothing in this process can write to the pages by mistake.</summary>
    /// <param name="patches">Ascending, without overlaps. Still the caller's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A patch lies outside the file.</exception>
    public void Write(IReadOnlyList<BytePatch> patches)
    {
        ArgumentNullException.ThrowIfNull(patches);
        foreach (var (offset, bytes) in patches) CheckRange(offset, bytes.Length);
        Unlock();
        foreach (var (offset, bytes) in patches)
        {
            Remember(offset, bytes.Length);
            Marshal.Copy(bytes, 0, handle + (nint)offset, bytes.Length);
        }

        if (handle != 0) MappedMemory.Protect(handle, Length, writable: false);
    }

    /// <summary>Changes the bytes that a change touches, several pieces at a time.</summary>
    /// <param name="change">What becomes of the file.</param>
    /// <param name="look">Called before each piece, by any thread; if it throws, that ends the work.</param>
    /// <param name="digest">Whether the digest of the result is taken meanwhile.</param>
    /// <returns>SHA-256 of all bytes, as they are now; empty where that was not asked.</returns>
    /// <exception cref="ArgumentOutOfRangeException">What it touches lies outside the file.</exception>
    /// <exception cref="ModelFormatException">The file can't be read.</exception>
    public byte[] Write(IPieceChange change, Action look, bool digest)
    {
        ArgumentNullException.ThrowIfNull(change);
        ArgumentNullException.ThrowIfNull(look);
        if (change.Touched.Any(place => place.Start < 0 || place.Length > Length - place.Start))
            throw new ArgumentOutOfRangeException(nameof(change), "It touches bytes outside the file.");
        Unlock();
        foreach (var (start, length) in change.Touched) Remember(start, length);
        var pages = new OwnPages(_file, handle, change);
        (long Start, int Length)[] pieces = [.. Pieces(change, digest)];
        using var hash =
            OrderedHash.Start(digest ? pieces.Length : 0, i => Bytes(pieces[i].Start, pieces[i].Length));

        // In order, so that hashing follows closely.
        ParallelWork.ForEach(Partitioner.Create(pieces.Index(), EnumerablePartitionerOptions.NoBuffering), piece =>
        {
            look();
            pages.Fill(piece.Item.Start, piece.Item.Length);
            change.Apply(Bytes(piece.Item.Start, piece.Item.Length), piece.Item.Start);
            hash.Finish(piece.Index);
        });
        var sha256 = hash.Result();
        if (handle != 0) MappedMemory.Protect(handle, Length, writable: false);
        return sha256;
    }

    /// <summary>The bytes at a place, until this object is disposed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It lies outside the file.</exception>
    public unsafe ReadOnlySpan<byte> Read(long offset, int count)
    {
        CheckRange(offset, count);
        return new ReadOnlySpan<byte>((byte*)handle + offset, count);
    }

    /// <summary>Reads it from the start. The stream ends with this object.</summary>
    public unsafe Stream OpenStream() => handle == 0 ? Stream.Null : new UnmanagedMemoryStream((byte*)handle, Length);

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        if (MappedMemory.Protect(handle, Length, writable: true))
            foreach (var (start, end) in _written) MappedMemory.Zero(handle + (nint)start, end - start);
        return MappedMemory.Unmap(handle, Length);
    }

    /// <summary>The pieces that change, or all.</summary>
    private IEnumerable<(long Start, int Length)> Pieces(IPieceChange change, bool all)
    {
        IReadOnlyList<(long Start, long Length)> ranges = all ? [(0, Length)] : change.Touched;
        foreach (var (start, length) in ranges)
            for (long next = start, end; next < start + length; next = end)
            {
                end = change.Cut(Math.Min(next + AlignedPiece.Size, start + length));
                yield return (next, (int)(end - next));
            }
    }

    private unsafe Span<byte> Bytes(long offset, int count) => new((byte*)handle + offset, count);

    private void Unlock()
    {
        if (handle != 0 && !MappedMemory.Protect(handle, Length, writable: true))
            throw new ModelFormatException(
                "A mapped data file can't be made writable: "
                + $"{Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}",
                "Check the process's limits of memory.");
    }

    private void CheckRange(long offset, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Length - offset);
    }

    private void Remember(long offset, long count)
    {
        var page = (long)Environment.SystemPageSize;
        var (start, end) = (offset / page * page, Math.Min(Length, (offset + count + page - 1) / page * page));
        if (_written is [.., var last] && start <= last.End) _written[^1] = (last.Start, Math.Max(last.End, end));
        else _written.Add((start, end));
    }
}
