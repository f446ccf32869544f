using System.IO.Compression;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace OnnxSplitter.Tests.Secrets.Vectors;

/// <summary>
/// A test vector: header lines, an empty line, a secrets file. <c>tests/vectors/README.md</c> says more.
/// </summary>
internal sealed record VectorFile(
    string Expect, string Signer, IReadOnlyList<string> Identities, string Model, string? Audience, string? Authority,
    byte[] Secrets)
{
    public static string Folder { get; } = Repository.Vector("secrets");

    /// <summary>Paths of all vectors, below <see cref="Folder"/>.</summary>
    public static IEnumerable<string> All { get; } =
        [
            .. Directory.GetDirectories(Folder).Where(folder => Path.GetFileName(folder) != "keys")
                .SelectMany(Directory.GetFiles).Select(file => Path.GetRelativePath(Folder, file))
                .Order(StringComparer.Ordinal),
        ];

    public static VectorFile Read(string path)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Folder, path));
        var end = bytes.AsSpan().IndexOf("\n\n"u8);
        var header = Encoding.UTF8.GetString(bytes, 0, end).Split('\n').Select(line => line.Split(": ", 2))
            .ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);
        Assert.NotEmpty(header["comment"]);
        var body = bytes[(end + 2)..];
        return new VectorFile(
            header["expect"], header["signer"], header["identity"].Split(' '),
            Path.Combine(Folder, header.GetValueOrDefault("model", "obfuscated.onnx")),
            header.GetValueOrDefault("audience"), header.GetValueOrDefault("authority"),
            header.ContainsKey("compressed") ? Decompress(body) : body);
    }

    public static X509Certificate2 Key(string name) =>
        X509Certificate2.CreateFromPemFile(Path.Combine(Folder, "keys", $"{name}.pem"));

    private static byte[] Decompress(byte[] body)
    {
        using var stream = new MemoryStream();
        using (var zlib = new ZLibStream(new MemoryStream(body), CompressionMode.Decompress)) zlib.CopyTo(stream);
        return stream.ToArray();
    }
}
