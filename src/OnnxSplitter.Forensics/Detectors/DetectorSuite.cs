using OnnxSplitter.Data;
using OnnxSplitter.Forensics.Views;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Forensics.Detectors;

/// <summary>Everything that tells changed weights without data, run on an obfuscated model.</summary>
/// <remarks>
/// Tensors are read one by one, and looked at by as many detectors at a time as there are processors: memory grows with
/// the largest, and with the number of guesses.
/// </remarks>
public static class DetectorSuite
{
    /// <summary>The share of all weights that a detector's guesses are.</summary>
    public const double Share = 0.001;

    private static readonly IDetector[] Detectors =
    [
        new GroupDetector("odd signs of a tensor", OddSigns.Judge, byChannel: false),
        new GroupDetector("odd signs of a channel", OddSigns.Judge, byChannel: true),
        new GroupDetector("gaps in histograms", HistogramGaps.Judge, byChannel: false),
        new GroupDetector("z-scores of a tensor", ZScores.Judge, byChannel: false),
        new GroupDetector("z-scores of a filter", ZScores.Judge, byChannel: true),
        new ChannelCovariance(),
        new GroupDetector("magnitudes against rank", MagnitudeRanks.Judge, byChannel: false),
        new GroupDetector("repeated values", RepeatedValues.Judge, byChannel: false),
    ];

    /// <summary>What the detectors are called, in the order of their results.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Detectors.Select(detector => detector.Name)];

    /// <summary>Runs all detectors.</summary>
    /// <param name="obfuscated">The model.</param>
    /// <param name="changed">
    /// The truth: flat indices of the changed weights by tensor path, each once. Used to judge the detectors, never by
    /// them.
    /// </param>
    /// <param name="cancellation">Stops between tensors.</param>
    /// <exception cref="ModelFormatException">
    /// The model can't be read, or a tensor is too large to be looked at.
    /// </exception>
    public static IReadOnlyList<Detection> Run(
        ModelFile obfuscated, IReadOnlyDictionary<string, IReadOnlyList<long>> changed,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(obfuscated);
        ArgumentNullException.ThrowIfNull(changed);
        var guesses = (int)Math.Clamp(obfuscated.Weights.Sum(tensor => tensor.Count) * Share, 1, Array.MaxLength);
        Tally[] tallies = [.. Detectors.Select(_ => new Tally(guesses))];

        // What the changed weights look like has to be known before the others are counted.
        foreach (var tensor in obfuscated.Weights.Where(tensor => changed.ContainsKey(tensor.Path)))
            Judge(tensor, (tally, view, suspicion, _) =>
            {
                foreach (var index in changed[view.Tensor.Path]) tally.AddChanged(suspicion[(int)index]);
            });
        foreach (var tensor in obfuscated.Weights)
            Judge(tensor, (tally, view, suspicion, repair) => tally.Add(view, suspicion, repair));
        return [.. Detectors.Zip(tallies, (detector, tally) => tally.Result(detector.Name, obfuscated))];

        void Judge(WeightTensor tensor, Action<Tally, WeightView, float[], float[]> take)
        {
            cancellation.ThrowIfCancellationRequested();
            var view = WeightView.Of(obfuscated, tensor);
            var each = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
            Parallel.For(0, Detectors.Length, each,
                () => (Suspicion: new float[view.Values.Length], Repair: new float[view.Values.Length]),
                (i, _, own) =>
                {
                    Detectors[i].Judge(view, own.Suspicion, own.Repair);
                    take(tallies[i], view, own.Suspicion, own.Repair);
                    return own;
                },
                _ => { });
            LargeGarbage.Made(Detectors.Length * sizeof(float) * (long)view.Values.Length);
        }
    }
}
