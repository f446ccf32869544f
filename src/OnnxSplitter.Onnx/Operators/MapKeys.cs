using System.Text;

namespace OnnxSplitter.Onnx.Operators;

/// <summary>
/// The order in which ONNX Runtime holds the keys of a map, in which maps of class to score are read.
/// </summary>
public static class MapKeys
{
    /// <summary>Of texts: by their bytes in UTF-8. Of numbers it is that of their values.</summary>
    public static IComparer<string> Texts { get; } = Comparer<string>.Create(static (one, other) =>
        Encoding.UTF8.GetBytes(one).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(other)));
}
