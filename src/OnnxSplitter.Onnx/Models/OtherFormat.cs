namespace OnnxSplitter.Onnx.Models;

/// <summary>What is often given as a model and is none, told by its beginning.</summary>
internal static class OtherFormat
{
    // A FlatBuffer's identifier lies behind the offset of its root (ONNX Runtime, ort.fbs).
    private const int IdentifierAt = 4;

    private static ReadOnlySpan<byte> Ort => "ORTM"u8;

    // What Git LFS keeps in the place of a file that was not downloaded.
    private static ReadOnlySpan<byte> LfsPointer => "version https://git-lfs.github.com/spec/v1"u8;

    /// <summary>Says what a file is that can't be read as a model.</summary>
    /// <param name="parts">The file.</param>
    /// <param name="name">What messages call it.</param>
    /// <returns>Null if that is not known.</returns>
    public static ModelFormatException? Refusal(ModelParts parts, string name)
    {
        using var stream = parts.Open("");
        Span<byte> space = stackalloc byte[LfsPointer.Length];
        var head = space[..stream.ReadAtLeast(space, space.Length, throwOnEndOfStream: false)];
        return head.Length >= IdentifierAt && head[IdentifierAt..].StartsWith(Ort)
                ? Other($"{name} is in ORT format, which is not read.",
                    "Protect the .onnx file before it is converted.")
            : head.SequenceEqual(LfsPointer)
                ? Other($"{name} is no model, but a pointer of Git LFS to one that was not downloaded.",
                    "Run 'git lfs pull' in its repository.")
            : null;
    }

    private static ModelFormatException Other(string message, string remedy) =>
        new(message, remedy) { IsOtherFormat = true };
}
