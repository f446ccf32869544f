using System.Collections.Concurrent;
using Microsoft.ML.OnnxRuntime.Tensors;
using OnnxSplitter.Data;

namespace OnnxSplitter.Tests;

/// <summary>Examples where a test needs some and not how much they tell.</summary>
internal static class Examples
{
    private static readonly ConcurrentDictionary<string, Lazy<string>> Written = new(StringComparer.Ordinal);

    /// <summary>An archive of the first labelled images that searches choose by.</summary>
    public static string Calibration(int count) => First("fashion-mnist-calibration", count);

    /// <summary>An archive of the first labelled images that models are judged by.</summary>
    public static string Evaluation(int count) => First("fashion-mnist-evaluation", count);

    /// <summary>Writes some of an archive's images.</summary>
    /// <param name="path">A new file.</param>
    /// <param name="all">The archive.</param>
    /// <param name="rows">Which.</param>
    /// <param name="labels">Whether with their labels.</param>
    /// <returns>The path.</returns>
    public static string Write(
        string path, IReadOnlyDictionary<string, NumpyArray> all, int[] rows, bool labels = true)
    {
        var (input, label) = (all["input"].Pick(rows), all["label"].Pick(rows));
        return labels
            ? NumpyFile.Write(path, ("input", "<f4", input.Dims, input.Data), ("label", "<i8", label.Dims, label.Data))
            : NumpyFile.Write(path, ("input", "<f4", input.Dims, input.Data));
    }

    /// <summary>Unlabelled rows of a standard normal distribution.</summary>
    /// <param name="input">The input's name.</param>
    /// <param name="count">How many.</param>
    /// <param name="width">Values in each.</param>
    /// <param name="seed">Decides which.</param>
    public static Dataset Normal(string input, int count, int width, int seed)
    {
        var random = new SeededNormal(seed);
        return new Dataset(new Dictionary<string, NumpyArray>(StringComparer.Ordinal)
        {
            [input] = new(TensorElementType.Float, [count, width],
                NumpyFile.Bytes(Enumerable.Range(0, count * width).Select(_ => random.Next()).ToArray())),
        }, Labels: null);
    }

    private static string First(string name, int count)
    {
        var path = Path.Combine(AppContext.BaseDirectory, $"{name}-{count}.npz");
        return Written.GetOrAdd(path, _ => new Lazy<string>(() =>
        {
            // An earlier run of the tests may have left it.
            File.Delete(path);
            return Write(path, NumpyArchive.Read(Repository.Model($"{name}.npz")), [.. Enumerable.Range(0, count)]);
        })).Value;
    }
}
