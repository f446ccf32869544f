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
    private static readonly int[] Counts = [5, 20, 100];

    /// <summary>Starts the names of detectors that have attacks of their own.</summary>
    public const string Gaps = "gaps", ZScores = "z-scores";

    /// <summary>Tries some detectors.</summary>
    /// <param name="setting">The model.</param>
    /// <param name="name">Starts the name of each detector that is asked; null for all that have no attack.</param>
    public static Attempt? Run(AttackSetting setting, string? name)
    {
        Detection[] found =
        [
            .. setting.Detections.Where(one => name is not null ? Is(one, name) : !Is(one, Gaps) && !Is(one, ZScores)),
        ];
        var best = setting.Best(found.SelectMany(one => Ways(setting, one)));
        return best is null ? null
            : best with { Auroc = setting.OriginalValues is null ? null : found.Max(one => one.Auroc) };
    }

    private static bool Is(Detection one, string name) =>
        one.Detector.StartsWith(name, StringComparison.Ordinal);

    private static IEnumerable<(string How, Parameters Values)> Ways(AttackSetting setting, Detection found)
    {
        foreach (var count in Counts.Where(count => count < found.Guesses.Count).Append(found.Guesses.Count))
            foreach (var to in new[] { "what they were taken for", "0", "the median" })
                yield return (
                    string.Create(CultureInfo.InvariantCulture, $"{found.Detector}: {count} to {to}"),
                    Repaired(setting, found.Guesses.Take(count), to));
    }

    /// <summary>The model with what is guessed set to what it is taken to have been, or to something else.</summary>
    public static Parameters Repaired(AttackSetting setting, IEnumerable<WeightBits> guesses, string to = "")
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
}
