using System.IO.Compression;
using System.Text;

namespace OnnxSplitter.Vectors.Samples;

/// <summary>One secrets file and what a reader must make of it.</summary>
/// <param name="Expect">One of <see cref="Outcome"/>.</param>
/// <param name="Name">File name: the defect.</param>
/// <param name="Comment">What is special, in one line.</param>
/// <param name="Make">Makes the secrets file.</param>
internal sealed record Vector(string Expect, string Name, string Comment, Func<byte[]> Make)
{
    /// <summary>What the names of the models with weights of several types end in.</summary>
    public const string TypedSuffix = "-types";

    /// <summary>What the names of the models with weights in attributes end in.</summary>
    public const string AttributesSuffix = "-attributes";

    /// <summary>What the names of the models end in whose weights a key changes.</summary>
    public const string KeyedSuffix = "-keyed";

    private const int LongBody = 1 << 16;

    /// <summary>Name of the pinned signer's key.</summary>
    public string Signer { get; init; } = "vendor";

    /// <summary>Names of the identities, tried in order.</summary>
    public string Identity { get; init; } = "alice";

    /// <summary>Who the host says it is.</summary>
    public string Audience { get; init; } = "";

    /// <summary>
    /// Name of the key of an authority; the signer is then whoever it has issued a certificate of that name to.
    /// </summary>
    public string Authority { get; init; } = "";

    /// <summary>What the names of its models, original and obfuscated, end in.</summary>
    public string Model { get; init; } = "";

    /// <summary>The vector's path, below the folder of all vectors.</summary>
    public string Path => System.IO.Path.Combine(Expect.Replace(' ', '-'), Name);

    /// <summary>Header lines, an empty line, the secrets file.</summary>
    public byte[] Encode()
    {
        var body = Make();
        var compress = body.Length > LongBody;
        var header = new StringBuilder()
            .Append($"expect: {Expect}\n").Append($"comment: {Comment}\n")
            .Append($"signer: {Signer}\n").Append($"identity: {Identity}\n");
        if (Audience.Length > 0) header.Append($"audience: {Audience}\n");
        if (Authority.Length > 0) header.Append($"authority: {Authority}\n");
        if (Model.Length > 0) header.Append($"model: obfuscated{Model}.onnx\n");
        if (compress) header.Append("compressed: zlib\n");
        return [.. Encoding.UTF8.GetBytes(header.Append('\n').ToString()), .. compress ? Compress(body) : body];
    }

    private static byte[] Compress(byte[] body)
    {
        using var stream = new MemoryStream();
        using (var zlib = new ZLibStream(stream, CompressionLevel.SmallestSize, leaveOpen: true)) zlib.Write(body);
        return stream.ToArray();
    }
}
