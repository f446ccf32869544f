using System.Numerics.Tensors;
using OnnxSplitter.Attacks.Networks;
using OnnxSplitter.Attacks.Setting;
using OnnxSplitter.Data;

namespace OnnxSplitter.Attacks.Labelled;

/// <summary>The gradient of the mean cross-entropy over a thief's examples.</summary>
internal static class LossSlopes
{
    /// <summary>Runs it.</summary>
    /// <param name="setting">The network.</param>
    /// <param name="values">Of its tensors.</param>
    /// <param name="data">Labelled examples, at least a batch; a rest that fills none is left out.</param>
    /// <returns>By tensor path, for those that influence the loss.</returns>
    public static Dictionary<string, float[]> Of(AttackSetting setting, Parameters values, Dataset data)
    {
        var networks = setting.Networks;
        var graph = networks.Training(NormalizationMode.AsExported, data);
        var sums = new Dictionary<string, float[]>(StringComparer.Ordinal);
        var targets = new float[data.Count * networks.Classes];
        for (var i = 0; i < data.Count; i++) targets[i * networks.Classes + data.Labels![i]] = 1f / data.Count;
        for (var start = 0; start + graph.Batch <= data.Count; start += graph.Batch)
        {
            graph.Run(values, data, start, targets, new RunningStatistics(), (path, gradient) =>
            {
                if (!sums.TryGetValue(path, out var sum)) sums[path] = sum = new float[gradient.Length];
                TensorPrimitives.Add(sum, gradient, sum);
            });
            setting.Count(graph.Batch);
        }

        return sums;
    }
}
