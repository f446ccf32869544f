namespace OnnxSplitter.Onnx.Files;

/// <summary>
/// Pages of a mapped file that change whole: where the system can, memory of the process's own takes their place, which
/// the file is read into. That is faster than to have each page copied when it is first written to, and memory can come
/// in larger pages.
/// </summary>
internal sealed class OwnPages
{
    private readonly InputFile _file;
    private readonly nint _address;
    private readonly List<(long Start, long End)> _replaced = [];

    /// <param name="file">The file.</param>
    /// <param name="address">Where it is mapped, writable.</param>
    /// <param name="change">What changes.</param>
    public OwnPages(InputFile file, nint address, IPieceChange change)
    {
        (_file, _address) = (file, address);
        var page = (long)Environment.SystemPageSize;
        foreach (var (from, to) in Joined(change.Touched))
        {
            var (start, end) = ((from + page - 1) / page * page, to / page * page);
            if (end > start && MappedMemory.Replace(address + (nint)start, end - start)) _replaced.Add((start, end));
        }
    }

    /// <summary>Reads what was replaced of a piece.</summary>
    /// <exception cref="ModelFormatException">The file can't be read.</exception>
    public unsafe void Fill(long position, int length)
    {
        foreach (var (start, end) in _replaced)
        {
            if (start >= position + length) break;
            var (from, to) = (Math.Max(start, position), Math.Min(end, position + length));
            if (from >= to) continue;
            using var stream = _file.OpenStream();
            stream.Position = from;
            stream.ReadExactly(new Span<byte>((byte*)_address + from, (int)(to - from)));
        }
    }

    private static IEnumerable<(long Start, long End)> Joined(IReadOnlyList<(long Start, long Length)> ranges)
    {
        (long Start, long End)? open = null;
        foreach (var (start, length) in ranges)
        {
            if (open is { } last && last.End == start) open = (last.Start, start + length);
            else
            {
                if (open is { } whole) yield return whole;
                open = (start, start + length);
            }
        }

        if (open is { } rest) yield return rest;
    }
}
