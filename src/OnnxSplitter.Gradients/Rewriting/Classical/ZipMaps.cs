using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Gradients.Rewriting.Classical;

/// <summary>
/// ZipMap: its maps of class to score as the scores that they are made of, classes in the order of a map's keys, in
/// which they are read.
/// </summary>
internal static class ZipMaps
{
    public static string Scores(ClassicalNode c)
    {
        long[] order = c.Texts("classlabels_strings") is { Length: > 0 } texts
            ? Order(texts, MapKeys.Texts)
            : Order(c.Ints("classlabels_int64s"), Comparer<long>.Default);
        return order.Length == 0
            ? throw c.Unsupported("it names no classes")
            : c.Graph.Op("Gather", [c.Node.Input[0], c.Graph.Ints(order)], ("axis", -1L));
    }

    private static long[] Order<T>(T[] labels, IComparer<T> comparer) =>
        [.. labels.Index().OrderBy(label => label.Item, comparer).Select(label => (long)label.Index)];
}
