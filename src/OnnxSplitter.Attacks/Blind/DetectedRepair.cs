using System.Globalization;
using OnnxSplitter.Attacks.Networks;
using OnnxSplitter.Attacks.Setting;
using OnnxSplitter.Forensics.Detectors;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Attacks.Blind;

/// <summary>
/// What detectors of single odd weights point at is set to what they take it to have been, to 0 or to the median.
/// </summary>
internal static class DetectedRepair
{
    private static readonly int[] Counts = [5, 20, 100, int.MaxValue];

    /// <summary>Tries some detectors.</summary>
    /// <param name="setting">The model.</param>
    /// <param name="name">Starts the name of each detector that is asked.</param>
    public static Attempt? Run(AttackSetting setting, string name)
    {
        Detection[] found =
        [
            .. DetectorSuite.Run(setting.Network.File, Changed(setting), setting.Cancellation)
                .Where(one => one.Detector.StartsWith(name, StringComparison.Ordinal)),
        ];
        var best = setting.Best(found.SelectMany(one => Ways(setting, one)));
        return best is null ? null
            : best with { Auroc = setting.OriginalValues is null ? null : found.Max(one => one.Auroc) };
    }

    private static IEnumerable<(string How, Parameters Values)> Ways(AttackSetting setting, Detection found)
    {
        foreach (var count in Counts.Where(count => count < found.Guesses.Count).Append(found.Guesses.Count))
            foreach (var to in new[] { "what they were taken for", "0", "the median" })
                yield return (
                    string.Create(CultureInfo.InvariantCulture, $"{found.Detector}: {count} to {to}"),
                    Repaired(setting, found.Guesses.Take(count), to));
    }

    private static Parameters Repaired(AttackSetting setting, IEnumerable<WeightBits> guesses, string to)
    {
        var byTensor = guesses.ToLookup(guess => guess.Tensor.Path, StringComparer.Ordinal);
        return setting.Obfuscated.With((path, values) =>
        {
            if (!byTensor.Contains(path)) return values;
            var codec = WeightCodec.Of(setting.Network.File, byTensor[path].First().Tensor);
            var (changed, median) = ((float[])values.Clone(), WeightRepairs.Quantile(values, 0.5));
            foreach (var guess in byTensor[path])
                changed[guess.Index] = to switch
                {
                    "0" => 0,
                    "the median" => median,
                    _ => (float)codec.Decode(guess.Index, guess.Bits),
                };
            return changed;
        });
    }

    /// <summary>The truth, by which detectors are judged; none where the original is not known.</summary>
    private static Dictionary<string, IReadOnlyList<long>> Changed(AttackSetting setting) =>
        setting.OriginalValues is not { } original ? []
            : setting.Network.Tensors.Select(tensor => (tensor.Path, Places: (IReadOnlyList<long>)
                [
                    .. Enumerable.Range(0, tensor.Count)
                        .Where(i => original[tensor.Path][i] != setting.Obfuscated[tensor.Path][i])
                        .Select(i => (long)i),
                ])).Where(pair => pair.Places.Count > 0)
                .ToDictionary(pair => pair.Path, pair => pair.Places, StringComparer.Ordinal);
}
