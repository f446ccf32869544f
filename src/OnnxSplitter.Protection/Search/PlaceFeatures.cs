using OnnxSplitter.Data;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Worth.Cuts;

namespace OnnxSplitter.Protection.Search;

/// <summary>What is read at places inside a network, as values of its graph: sums over positions.</summary>
internal static class PlaceFeatures
{
    // Of one place: so many tell what a readout of all would find.
    private const int Most = 256;

    /// <summary>Appends them.</summary>
    /// <param name="model">The model.</param>
    /// <param name="builder">Writes into its graph.</param>
    /// <param name="signature">The model's.</param>
    /// <param name="places">The places, with what their readings are called.</param>
    /// <param name="data">Examples, from the first of which shapes are learnt.</param>
    /// <returns>
    /// For each place that has a row for each example, its name, the value that holds it, and the length of a row.
    /// </returns>
    public static IEnumerable<(string Name, string Value, int Width)> Append(SearchModel model, GraphBuilder builder,
        ModelSignature signature, IReadOnlyList<(string Name, Cut Cut)> places, Dataset data)
    {
        var made = model.Proto.Graph.Node.SelectMany(node => node.Output).ToHashSet(StringComparer.Ordinal);
        var known = places.Where(place => place.Cut.Values.All(made.Contains)).ToArray();
        if (known.Length == 0) yield break;
        var shapes = Shapes(model, signature, [.. known.SelectMany(place => place.Cut.Values).Distinct()], data);
        foreach (var (name, cut) in known)
        {
            var parts = new List<string>();
            var width = 0;
            foreach (var value in cut.Values.Where(shapes.ContainsKey))
            {
                var dims = shapes[value];
                foreach (var axis in Pooling.ReadAxes(dims))
                {
                    parts.Add(Pooled(builder, value, dims, axis, signature.OneByOne ? 0 : 1));
                    width += (int)dims[axis];
                }
            }

            if (width == 0) continue;
            var all = builder.Concat([.. parts], 1);
            if (width > Most)
            {
                all = builder.Op("Gather",
                    [all, builder.Ints([.. Enumerable.Range(0, Most).Select(i => (long)i * width / Most)])],
                    ("axis", 1L));
                width = Most;
            }

            yield return (name, all, width);
        }
    }

    private static string Pooled(GraphBuilder builder, string value, long[] dims, int axis, int first)
    {
        long[] positions = [.. Enumerable.Range(0, dims.Length).Where(i => i != axis).Select(i => (long)(i + first))];
        var floats = builder.AsFloats(value);
        return builder.Reshape(
            positions.Length == 0 ? floats : builder.ReduceSum(floats, positions, keepDims: false), -1, dims[axis]);
    }

    /// <summary>Shapes of one example, of values that have examples.</summary>
    private static Dictionary<string, long[]> Shapes(
        SearchModel model, ModelSignature signature, string[] values, Dataset data)
    {
        using var session = model.Sessions.Open(model.Giving(values));
        var shapes = new Dictionary<string, long[]>(StringComparer.Ordinal);
        SessionRuns.Each(session, signature, signature.Sample(data, 1), values, (_, count, results) =>
        {
            for (var i = 0; i < values.Length; i++)
            {
                var dims = OrtFloats.Shape(results[i]);
                if (signature.OneByOne && dims.Length > 0) shapes[values[i]] = dims;
                else if (dims.Length > 1 && dims[0] == count) shapes[values[i]] = dims[1..];
            }
        });
        return shapes;
    }
}
