using MathNet.Numerics.LinearAlgebra.Double;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using OnnxSplitter.Data;
using OnnxSplitter.Worth.Cuts;

namespace OnnxSplitter.Worth.Readings;

/// <summary>Runs a model on examples and keeps what readouts look at.</summary>
/// <param name="signature">What goes in, and which output is looked at.</param>
/// <param name="cuts">Where else.</param>
internal sealed class ModelReader(ModelSignature signature, IReadOnlyList<Cut> cuts)
{
    // Enough examples at once to keep the threads busy, few enough that activations stay small.
    private const int PreferredBatch = 64;

    // Of one place, so that a readout stays cheap: places of wider ones are taken at even distances.
    private const int MostFeatures = 1024;

    /// <summary>Names of all values that are read inside.</summary>
    public string[] Inner { get; } = [.. cuts.SelectMany(cut => cut.Values).Distinct(StringComparer.Ordinal)];

    /// <summary>Runs a model.</summary>
    /// <param name="path">The model.</param>
    /// <param name="data">Examples.</param>
    /// <returns>
    /// The output's rows [examples, width], and for every cut its pooled values; empty for one that can't be read.
    /// </returns>
    public (DenseMatrix Output, DenseMatrix[] Cuts) Read(string path, Dataset data)
    {
        using var session = ModelWithOutputs.Open(path, Inner);
        string[] inputs = [.. signature.Inputs.Select(input => input.Name)];
        string[] fetches = [signature.Output, .. Inner];
        var output = new DenseMatrix(data.Count, signature.Width);
        var features = Inner.ToDictionary(name => name, _ => new double[data.Count][], StringComparer.Ordinal);
        var batch = signature.FixedBatch ?? PreferredBatch;
        using var run = new RunOptions();
        for (var start = 0; start < data.Count; start += batch)
        {
            var first = signature.FixedBatch is null ? start : Math.Min(start, data.Count - batch);
            var count = Math.Min(batch, data.Count - first);
            using var feeds = new FeedSet();
            foreach (var name in inputs) feeds.Values[name] = data.Batch(name, first, count);
            using var results = session.Run(run, inputs, [.. feeds.Values.Values], fetches);
            var rows = OrtFloats.Read(results[0]);
            for (var i = 0; i < rows.Length; i++)
                output.At(first + i / signature.Width, i % signature.Width, rows[i]);
            for (var k = 0; k < Inner.Length; k++) Pool(results[k + 1], first, count, features[Inner[k]]);
        }

        return (output, [.. cuts.Select(cut => Matrix([.. cut.Values.Select(name => features[name])], data.Count))]);
    }

    private static void Pool(OrtValue value, int first, int count, double[][] rows)
    {
        var info = value.GetTensorTypeAndShape();
        var dims = info.Shape;
        if (dims.Length < 2 || dims[0] != count || !IsFloat(info.ElementDataType)) return;
        var values = OrtFloats.Read(value);
        var own = dims.AsSpan(1);
        var size = values.Length / count;
        var axes = Pooling.ReadAxes(own);
        for (var i = 0; i < count; i++)
        {
            var pooled = new double[axes.Sum(axis => (int)dims[axis + 1])];
            var start = 0;
            foreach (var axis in axes)
            {
                Pooling.Mean(values.Slice(i * size, size), own, axis, pooled.AsSpan(start, (int)own[axis]));
                start += (int)own[axis];
            }

            rows[first + i] = pooled;
        }
    }

    private static bool IsFloat(TensorElementType type) => type is TensorElementType.Float
        or TensorElementType.Float16 or TensorElementType.BFloat16 or TensorElementType.Double;

    /// <summary>Puts the values that cross a cut side by side; those that differ in width between runs are left out.</summary>
    private static DenseMatrix Matrix(double[][][] values, int count)
    {
        var whole = values.Where(rows => rows.All(row => row is not null && row.Length == rows[0].Length)).ToArray();
        var width = whole.Sum(rows => rows[0].Length);
        var (kept, matrix) = (Math.Min(width, MostFeatures), new DenseMatrix(count, Math.Max(1, Math.Min(width, MostFeatures))));
        for (var row = 0; row < count && width > 0; row++)
        {
            var all = whole.SelectMany(rows => rows[row]).ToArray();
            for (var column = 0; column < kept; column++)
                matrix.At(row, column, all[(long)column * width / kept]);
        }

        return matrix;
    }
}
