using System.Text;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace OnnxSplitter.Data;

/// <summary>
/// Arrays of strings as NumPy keeps them: UTF-32, little-endian, each as long as the longest, with zeros at the end.
/// </summary>
internal static class TextArray
{
    /// <summary>Puts strings into an array.</summary>
    /// <param name="texts">As many as the shape asks for.</param>
    /// <param name="dims">Shape.</param>
    /// <returns>Null if they do not fit into one.</returns>
    public static NumpyArray? Of(IReadOnlyList<string> texts, long[] dims)
    {
        var size = Math.Max(1, texts.Count == 0 ? 0 : texts.Max(Encoding.UTF32.GetByteCount));
        size = (size + sizeof(int) - 1) / sizeof(int) * sizeof(int);
        if ((long)size * texts.Count > Array.MaxLength) return null;
        var data = new byte[size * texts.Count];
        for (var i = 0; i < texts.Count; i++) Encoding.UTF32.GetBytes(texts[i], data.AsSpan(i * size, size));
        return new NumpyArray(TensorElementType.String, dims, data);
    }

    /// <summary>The string that an element holds.</summary>
    public static string Read(ReadOnlySpan<byte> element) => Encoding.UTF32.GetString(element).TrimEnd('\0');

    /// <summary>All strings of an array.</summary>
    /// <param name="data">Its bytes.</param>
    /// <param name="count">How many there are.</param>
    public static string[] All(ReadOnlySpan<byte> data, long count)
    {
        var texts = new string[count];
        var size = count == 0 ? 0 : (int)(data.Length / count);
        for (var i = 0; i < texts.Length; i++) texts[i] = Read(data.Slice(i * size, size));
        return texts;
    }
}
