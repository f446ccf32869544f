using System.IO.Compression;

namespace OnnxSplitter.Protection.Data;

/// <summary>Reads <c>.npz</c> files: zip archives of NumPy arrays.</summary>
/// <remarks>
/// .NET has no maintained NumPy reader that restores without a Python or native tensor library, so the few lines that
/// the format needs are here.
/// </remarks>
public static class NumpyArchive
{
    private const int MaxArrays = 10_000;

    /// <summary>Reads all arrays of an archive.</summary>
    /// <returns>Arrays by name, without <c>.npy</c>.</returns>
    /// <exception cref="DataFormatException">Not readable, not an archive, or empty.</exception>
    public static IReadOnlyDictionary<string, NumpyArray> Read(string path)
    {
        try
        {
            using var archive = ZipFile.OpenRead(path);
            var arrays = new Dictionary<string, NumpyArray>(StringComparer.Ordinal);
            foreach (var entry in archive.Entries.Take(MaxArrays))
            {
                if (!entry.FullName.EndsWith(".npy", StringComparison.Ordinal)) continue;
                using var stream = entry.Open();
                arrays[entry.FullName[..^4]] = NumpyArray.Read(stream, entry.Length, entry.FullName[..^4]);
            }

            if (arrays.Count > 0) return arrays;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException
                                      or NotSupportedException)
        {
            throw new DataFormatException($"{path} can't be read as a .npz archive: {e.Message}",
                "Check the path; write the file with numpy.savez.", e);
        }

        throw new DataFormatException($"{path} holds no arrays.",
            "Save one array per model input, and 'label' if there are labels, with numpy.savez.");
    }
}
