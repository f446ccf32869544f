using System.Security.Cryptography.X509Certificates;

namespace OnnxSplitter.Fuzz;

/// <summary>The vectors under <c>tests/vectors/secrets</c>: the corpus, and keys for it.</summary>
internal static class VectorFiles
{
    // Longer ones are compressed.
    private const int LongestFile = 1 << 16;

    private static readonly string Folder = Path.Combine(FindRoot(), "tests", "vectors", "secrets");

    public static string Obfuscated => Path.Combine(Folder, "obfuscated.onnx");

    public static string Original => Path.Combine(Folder, "original.onnx");

    /// <summary>Secrets files, without those that are too long to be mutated often.</summary>
    /// <param name="answers">Folders of answers; none for all.</param>
    public static IReadOnlyList<byte[]> Secrets(params string[] answers) =>
    [
        .. Directory.GetDirectories(Folder).Where(folder => Path.GetFileName(folder) != "keys")
            .Where(folder => answers.Length == 0 || answers.Contains(Path.GetFileName(folder), StringComparer.Ordinal))
            .SelectMany(Directory.GetFiles).Order(StringComparer.Ordinal)
            .Select(File.ReadAllBytes)
            .Where(bytes => bytes.AsSpan().IndexOf("\ncompressed: "u8) < 0 && bytes.Length < LongestFile)
            .Select(Body).Where(body => body.Length > 0),
    ];

    public static byte[] SecretsFile(string answer, string name) =>
        Body(File.ReadAllBytes(Path.Combine(Folder, answer, name)));

    public static X509Certificate2 Key(string name) =>
        X509Certificate2.CreateFromPemFile(Path.Combine(Folder, "keys", $"{name}.pem"));

    public static string KeyPath(string name) => Path.Combine(Folder, "keys", $"{name}.pem");

    /// <summary>A model of the repository.</summary>
    public static string Model(string name) => Path.Combine(FindRoot(), "models", name);

    private static byte[] Body(byte[] vector) => vector[(vector.AsSpan().IndexOf("\n\n"u8) + 2)..];

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "OnnxSplitter.sln"))) return folder.FullName;
        throw new InvalidOperationException("This program runs from inside the repository.");
    }
}
