namespace OnnxSplitter.Onnx.Files;

/// <summary>
/// What becomes of a file whose bytes change nearly everywhere, piece by piece and in place; its length stays.
/// </summary>
/// <remarks>Several threads may use it at a time, each on pieces of its own.</remarks>
public interface IPieceChange
{
    /// <summary>Where bytes change: start and length, ascending, without overlaps.</summary>
    IReadOnlyList<(long Start, long Length)> Touched { get; }

    /// <summary>The last place where a piece may begin or end, not after a position.</summary>
    long Cut(long position);

    /// <summary>Changes a piece.</summary>
    /// <param name="piece">The file's bytes; it begins and ends where it may.</param>
    /// <param name="position">Where it begins in the file.</param>
    void Apply(Span<byte> piece, long position);
}
