using OnnxSplitter.Protection.Moves;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Protection.Strategies.Gradient;

/// <summary>
/// Second-order correction of first-order gains. A move's true gain is g d + h d^2 / 2 + ...; the curvature h of one
/// weight is not known before the move is tried, but moves of one kind in one tensor bend alike. So what earlier
/// candidates of the tensor were measured to gain, divided by what first order had promised, scales the next promises.
/// </summary>
internal sealed class GainCorrection
{
    // A tensor that disappointed once gets another chance.
    private const double Least = 0.05;
    private const double Most = 4;

    private readonly Dictionary<(string Path, MoveKind Kind), double> _ratios = [];

    /// <summary>The ratios, for the journal.</summary>
    public IEnumerable<(string Path, MoveKind Kind, double Ratio)> All =>
        _ratios.Select(pair => (pair.Key.Path, pair.Key.Kind, pair.Value));

    /// <summary>Sets a ratio that the journal kept.</summary>
    public void Set(string path, MoveKind kind, double ratio) => _ratios[(path, kind)] = ratio;

    /// <summary>The candidate with its gain corrected.</summary>
    public Candidate Apply(Candidate candidate) =>
        _ratios.TryGetValue((candidate.Tensor.Path, candidate.Kind), out var ratio)
        ? candidate with { Gain = candidate.Gain * ratio }
        : candidate;

    /// <summary>Learns from a measurement.</summary>
    /// <param name="corrected">A candidate as <see cref="Apply"/> gave it.</param>
    /// <param name="gain">How much the objective fell.</param>
    public void Learn(Candidate corrected, double gain)
    {
        var key = (corrected.Tensor.Path, corrected.Kind);
        var before = _ratios.GetValueOrDefault(key, 1);
        var now = double.IsFinite(gain) && corrected.Gain > 0 ? before * gain / corrected.Gain : Least;
        _ratios[key] = Math.Clamp((before + Math.Clamp(now, Least, Most)) / 2, Least, Most);
    }
}
