using MathNet.Numerics.LinearAlgebra.Double;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using OnnxSplitter.Data;
using OnnxSplitter.Worth.Cuts;

namespace OnnxSplitter.Worth.Readings;

/// <summary>Runs a model on examples and keeps what readouts look at.</summary>
/// <param name="signature">What goes in, and which output is of class scores, if one is.</param>
/// <param name="outputs">Outputs that are looked at.</param>
/// <param name="cuts">Where else.</param>
/// <param name="sessions">Opens models.</param>
internal sealed class ModelReader(
    ModelSignature signature, IReadOnlyList<string> outputs, IReadOnlyList<Cut> cuts, Sessions sessions)
{
    // Of one place, so that a readout stays cheap: places of wider ones are taken at even distances.
    private const int MostFeatures = 1024;

    private readonly string[] _inner = [.. cuts.SelectMany(cut => cut.Values).Distinct(StringComparer.Ordinal)];

    /// <summary>Places inside that are looked at.</summary>
    public IReadOnlyList<Cut> Cuts => cuts;

    /// <summary>Opens a model of the same graph, to be read.</summary>
    /// <param name="path">The model.</param>
    /// <returns>The caller's to dispose.</returns>
    public InferenceSession Open(string path) => ModelWithOutputs.Open(sessions, path, _inner);

    /// <summary>Reads outputs and places inside.</summary>
    /// <param name="session">As <see cref="Open"/> gave it.</param>
    /// <param name="data">Examples.</param>
    /// <exception cref="DataFormatException">The model does not run on them.</exception>
    public ReadValues Read(InferenceSession session, Dataset data) => Read(session, data, [.. outputs, .. _inner]);

    /// <summary>Reads the outputs alone.</summary>
    /// <param name="session">The model.</param>
    /// <param name="data">Examples.</param>
    /// <exception cref="DataFormatException">The model does not run on them.</exception>
    public ReadValues ReadOutputs(InferenceSession session, Dataset data) => Read(session, data, [.. outputs]);

    private ReadValues Read(InferenceSession session, Dataset data, string[] fetches)
    {
        var rows = fetches.ToDictionary(name => name, _ => new double[data.Count][], StringComparer.Ordinal);
        var shapes = new Dictionary<string, long[]>(StringComparer.Ordinal);
        var varying = new HashSet<string>(StringComparer.Ordinal);
        SessionRuns.Each(session, signature, data, fetches, (first, count, results) =>
        {
            for (var k = 0; k < fetches.Length; k++)
            {
                var name = fetches[k];
                if (Example(results[k], count) is not { } dims) continue;
                if (k < outputs.Count && shapes.TryGetValue(name, out var known) && !known.SequenceEqual(dims))
                    varying.Add(name);
                shapes[name] = dims;
                if (k < outputs.Count) Take(results[k], Measured(name, dims), first, count, rows[name]);
                else Pool(results[k], dims, first, count, rows[name]);
            }
        });
        return new ReadValues(
            outputs.ToDictionary(name => name, name =>
                Whole(rows[name]) && !varying.Contains(name) ? DenseMatrix.OfRowArrays(rows[name]) : null,
                StringComparer.Ordinal),
            shapes,
            fetches.Length == outputs.Count ? []
                : [.. cuts.Select(cut => Matrix([.. cut.Values.Select(name => rows[name])], data.Count))]);
    }

    /// <summary>How an output is looked at.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="dims">Shape of one example.</param>
    public MeasuredOutput Measured(string name, long[] dims) => new(
        name, (int)dims.Aggregate(1L, (product, dim) => product * dim),
        name == signature.Output ? signature.Classes : 0);

    /// <summary>Shape of one example; null where it has none of floats.</summary>
    private long[]? Example(OrtValue value, int count)
    {
        if (value.IsTensor && value.GetTensorTypeAndShape().ElementDataType is not (TensorElementType.Float
            or TensorElementType.Float16 or TensorElementType.BFloat16 or TensorElementType.Double)) return null;
        var dims = OrtFloats.Shape(value);
        if (signature.OneByOne) return dims;
        return dims.Length > 0 && dims[0] == count ? dims[1..] : null;
    }

    private static void Take(OrtValue value, MeasuredOutput output, int first, int count, double[][] rows)
    {
        var values = OrtFloats.Read(value);
        var entries = output.Entries;
        for (var i = 0; i < count; i++)
        {
            var row = rows[first + i] = new double[entries.Length];
            for (var k = 0; k < entries.Length; k++) row[k] = values[i * output.Width + entries[k]];
        }
    }

    private static void Pool(OrtValue value, long[] dims, int first, int count, double[][] rows)
    {
        if (dims.Length == 0) return;
        var values = OrtFloats.Read(value);
        var size = values.Length / count;
        var axes = Pooling.ReadAxes(dims);
        for (var i = 0; i < count; i++)
        {
            var pooled = new double[axes.Sum(axis => (int)dims[axis])];
            var start = 0;
            foreach (var axis in axes)
            {
                Pooling.Mean(values.Slice(i * size, size), dims, axis, pooled.AsSpan(start, (int)dims[axis]));
                start += (int)dims[axis];
            }

            rows[first + i] = pooled;
        }
    }

    // What differs in length from example to example has no columns.
    private static bool Whole(double[][] rows) => rows.All(row => row is not null && row.Length == rows[0].Length);

    /// <summary>Puts the values that cross a cut side by side; those that differ in width are left out.</summary>
    private static DenseMatrix Matrix(double[][][] values, int count)
    {
        var whole = values.Where(Whole).ToArray();
        var width = whole.Sum(rows => rows[0].Length);
        var kept = Math.Min(width, MostFeatures);
        var matrix = new DenseMatrix(count, Math.Max(1, kept));
        for (var row = 0; row < count && width > 0; row++)
        {
            var all = whole.SelectMany(rows => rows[row]).ToArray();
            for (var column = 0; column < kept; column++)
                matrix.At(row, column, all[(long)column * width / kept]);
        }

        return matrix;
    }
}
