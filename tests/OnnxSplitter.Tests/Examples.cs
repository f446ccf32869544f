using System.Collections.Concurrent;
using OnnxSplitter.Data;

namespace OnnxSplitter.Tests;

/// <summary>The first of the repository's examples, where a test needs some and not how much they tell.</summary>
internal static class Examples
{
    private static readonly ConcurrentDictionary<string, Lazy<string>> Written = new(StringComparer.Ordinal);

    /// <summary>An archive of some labelled images that searches choose by.</summary>
    public static string Calibration(int count) => First("fashion-mnist-calibration", count);

    /// <summary>An archive of some labelled images that models are judged by.</summary>
    public static string Evaluation(int count) => First("fashion-mnist-evaluation", count);

    private static string First(string name, int count)
    {
        var path = Path.Combine(AppContext.BaseDirectory, $"{name}-{count}.npz");
        return Written.GetOrAdd(path, _ => new Lazy<string>(() =>
        {
            var all = NumpyArchive.Read(Repository.Model($"{name}.npz"));
            int[] rows = [.. Enumerable.Range(0, count)];
            File.Delete(path);
            var (input, label) = (all["input"].Pick(rows), all["label"].Pick(rows));
            return NumpyFile.Write(
                path, ("input", "<f4", input.Dims, input.Data), ("label", "<i8", label.Dims, label.Data));
        })).Value;
    }
}
