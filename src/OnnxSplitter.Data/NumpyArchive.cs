using System.IO.Compression;
using OnnxSplitter.Onnx.Files;

namespace OnnxSplitter.Data;

/// <summary>Reads <c>.npz</c> files: zip archives of NumPy arrays.</summary>
/// <remarks>
/// .NET has no maintained NumPy reader that restores without a Python or native tensor library, so the few lines that
/// the format needs are here.
/// </remarks>
public static class NumpyArchive
{
    private const int MaxArrays = 10_000;

    // Deflate (RFC 1951) gives at most 258 bytes for two bits; what says more is a trap for whoever allocates it.
    private const long MostDeflation = 1032;

    private const string Remedy = "Check the path; write the file with numpy.savez.";

    /// <summary>Reads all arrays of an archive.</summary>
    /// <returns>Arrays by name, without <c>.npy</c>.</returns>
    /// <exception cref="DataFormatException">Not readable, not an archive, or empty.</exception>
    public static IReadOnlyDictionary<string, NumpyArray> Read(string path)
    {
        using var file = new FileStream(
            RegularFile.Open(path, (message, e) => new DataFormatException(message, Remedy, e)), FileAccess.Read);
        return Read(file, path);
    }

    /// <summary>Reads all arrays of an archive.</summary>
    /// <param name="stream">The archive; it can be sought in. Still the caller's to dispose.</param>
    /// <param name="name">For messages.</param>
    /// <returns>Arrays by name, without <c>.npy</c>.</returns>
    /// <exception cref="DataFormatException">Not an archive, or empty.</exception>
    public static IReadOnlyDictionary<string, NumpyArray> Read(Stream stream, string name)
    {
        if (stream.Length == 0) throw new DataFormatException($"{name} is empty, so it is no .npz archive.", Remedy);
        try
        {
            using var archive = Open(stream, name);
            var arrays = new Dictionary<string, NumpyArray>(StringComparer.Ordinal);
            foreach (var entry in archive.Entries.Take(MaxArrays))
            {
                if (!entry.FullName.EndsWith(".npy", StringComparison.Ordinal)) continue;
                if (entry.Length / MostDeflation > entry.CompressedLength)
                    throw new InvalidDataException($"{entry.FullName} says that it is longer than it can be.");
                using var content = entry.Open();
                arrays[entry.FullName[..^4]] = NumpyArray.Read(content, entry.Length, entry.FullName[..^4]);
            }

            if (arrays.Count > 0) return arrays;
        }
        catch (Exception e) when (
            e is IOException or InvalidDataException or NotSupportedException or ArgumentException)
        {
            throw Bad(name, e);
        }

        throw new DataFormatException($"{name} holds no arrays.",
            "Save one array per model input, and 'label' if there are labels, with numpy.savez.");
    }

    private static ZipArchive Open(Stream stream, string name)
    {
        try
        {
            return new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        }
        catch (InvalidDataException e)
        {
            // What .NET says speaks of zip archives' directories.
            throw new DataFormatException($"{name} is no .npz archive, or only a part of one.", Remedy, e);
        }
    }

    private static DataFormatException Bad(string name, Exception e) => new(
        $"{name} can't be read as a .npz archive: {e.Message}", Remedy, e);
}
