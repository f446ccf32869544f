using OnnxSplitter.Data;

namespace OnnxSplitter.Worth.Readings;

/// <summary>
/// What is read of one model, as far as it is asked: each set of examples is run once, since that is most of what
/// reading costs.
/// </summary>
public sealed class ModelReadings
{
    private readonly WorthMeter _meter;
    private readonly string _path;
    private ReadValues? _asked;

    internal ModelReadings(WorthMeter meter, string path) => (_meter, _path) = (meter, path);

    /// <summary>
    /// What the metric gives on the evaluation examples; null where readings ask few of these, or are not of class
    /// scores.
    /// </summary>
    /// <exception cref="DataFormatException">The model does not run on them.</exception>
    public Measured? Answers()
    {
        if (_meter.Original is null) return null;
        if (_asked is null)
        {
            using var session = _meter.Session(_path);
            _asked = _meter.Ask(session);
        }

        return _meter.Judge(_asked);
    }

    /// <summary>
    /// The answers and the worth of class scores, and inside, by a fraction of the examples; null where readings ask
    /// few of these anyway, or are not of class scores.
    /// </summary>
    /// <param name="goesOn">As of <see cref="Left"/>.</param>
    /// <exception cref="DataFormatException">The model does not run on the examples.</exception>
    internal (Measured Answers, WorthLeft Left)? Glimpse(Predicate<WorthLeft> goesOn)
    {
        using var session = _meter.Session(_path);
        return _meter.Glimpse(session, goesOn);
    }

    /// <summary>What the model is worth: by its outputs, and inside where that is worth looking at.</summary>
    /// <param name="goesOn">Told what outputs are worth; false leaves out the readings inside.</param>
    /// <exception cref="DataFormatException">The model does not run on the examples.</exception>
    public WorthLeft Left(Predicate<WorthLeft> goesOn)
    {
        ArgumentNullException.ThrowIfNull(goesOn);
        using var session = _meter.Session(_path);
        var known = _meter.Learn(session);
        _asked ??= _meter.Ask(session);
        var left = new WorthLeft(_meter.OfOutputs(known, _asked), []);
        return goesOn(left) ? left with { Inner = _meter.Inner(known, _asked) } : left;
    }
}
