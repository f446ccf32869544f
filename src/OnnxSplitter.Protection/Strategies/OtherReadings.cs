using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Protection.Strategies;

/// <summary>
/// What readings of the evaluation data say beside the measure: asked of every state of a search that meets that, and
/// answered by how far the target, or what places inside carry, has to fall. No weight is chosen by them.
/// </summary>
/// <param name="ask">What is left by them after some moves.</param>
/// <param name="glimpse">
/// The same by a fraction of the data; null where that does not surely exceed what may be.
/// </param>
/// <param name="enough">
/// Weights from which on they are not asked any more: where more changes would not lower what they find.
/// </param>
internal sealed class OtherReadings(Func<IReadOnlyList<AcceptedMove>, Excess> ask,
    Func<IReadOnlyList<AcceptedMove>, Excess?> glimpse, int enough = int.MaxValue)
{
    // Near the goal, asking again costs less than the moves that a target far below the true one wants.
    private const double LeastFall = 0.95;

    // Far from it, what was read says how far; but readings do not fall as the objective does.
    private const double MostFall = 0.7;

    private double _lowered = double.PositiveInfinity;
    private (IReadOnlyList<OutputBlock> Places, double Fall) _inside = ([], 1);

    /// <summary>Nothing is asked.</summary>
    public static OtherReadings None => new(_ => Excess.None, _ => null);

    /// <summary>Whether so many weights are changed that nothing is asked any more.</summary>
    public bool HasEnough(IReadOnlyList<AcceptedMove> moves) => Weights(moves) >= enough;

    /// <summary>What may be left on the objective's scale.</summary>
    /// <param name="target">What was asked for.</param>
    /// <param name="moves">The moves made so far.</param>
    public double Lowered(double target, IReadOnlyList<AcceptedMove> moves) =>
        HasEnough(moves) ? target : Math.Min(target, _lowered);

    /// <summary>Whether nothing is left beyond what may be.</summary>
    public bool AreMet(IReadOnlyList<AcceptedMove> moves) => HasEnough(moves) || ask(moves).Multiple <= 1;

    /// <summary>
    /// The same; if not, the target falls, since what the calibration data says is not borne out; or, of places inside
    /// alone, <see cref="TakeInside"/> tells which.
    /// </summary>
    /// <param name="moves">The moves made so far.</param>
    /// <param name="left">What is left on the calibration data after them, at most the target.</param>
    /// <param name="places">Places that a search can drive down.</param>
    public bool AreMet(IReadOnlyList<AcceptedMove> moves, double left, IReadOnlyList<OutputBlock> places) =>
        HasEnough(moves) || Take(ask(moves), left, places);

    /// <summary>The same by a fraction of the data: false only where too much is surely left.</summary>
    /// <param name="moves">The moves made so far.</param>
    /// <param name="left">As above.</param>
    /// <param name="places">As above.</param>
    public bool MayBeMet(IReadOnlyList<AcceptedMove> moves, double left, IReadOnlyList<OutputBlock> places) =>
        HasEnough(moves) || glimpse(moves) is not { } seen || Take(seen, left, places);

    private bool Take(Excess found, double left, IReadOnlyList<OutputBlock> places)
    {
        var (excess, above) = found;
        if (excess <= 1) return true;
        var fall = Math.Clamp(1 / excess, MostFall, LeastFall);
        _inside = ([.. places.Where(place => above.Contains(place.Name))], fall);
        if (_inside.Places.Count == 0) _lowered = left * fall;
        return false;
    }

    /// <summary>
    /// The places inside that alone kept too much when they were asked last, and to which share of that it has to fall;
    /// told once.
    /// </summary>
    public (IReadOnlyList<OutputBlock> Places, double Fall) TakeInside()
    {
        var inside = _inside;
        _inside = ([], 1);
        return inside;
    }

    private static int Weights(IReadOnlyList<AcceptedMove> moves) => moves.Sum(move => move.Candidate.NewValues.Count);
}
