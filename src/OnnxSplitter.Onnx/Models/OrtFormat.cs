namespace OnnxSplitter.Onnx.Models;

/// <summary>ONNX Runtime's own format of models, which is told from others by its mark.</summary>
internal static class OrtFormat
{
    // A FlatBuffer's identifier lies behind the offset of its root (ONNX Runtime, ort.fbs).
    private const int IdentifierAt = 4;

    public static bool Is(ModelParts parts)
    {
        using var stream = parts.Open("");
        Span<byte> head = stackalloc byte[IdentifierAt + 4];
        return stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length
            && head[IdentifierAt..].SequenceEqual("ORTM"u8);
    }

    public static ModelFormatException Refusal(string name) =>
        new($"{name} is in ORT format, which is not read.", "Protect the .onnx file before it is converted.")
        {
            IsOtherFormat = true,
        };
}
