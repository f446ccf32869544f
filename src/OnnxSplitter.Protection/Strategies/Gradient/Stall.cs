namespace OnnxSplitter.Protection.Strategies.Gradient;

/// <summary>Whether a search still gets anywhere: rounds in which moves are made, and change next to nothing.</summary>
internal sealed class Stall
{
    // Rounds in which the objective falls by less than this share: the target will not be met.
    private const int MostRounds = 8;
    private const double Fall = 0.02;

    private (double Lowest, int Round, int Widenings) _since = (double.PositiveInfinity, 1, 0);

    /// <summary>Begins anew: something else is driven down.</summary>
    public void Forget() => _since = (double.PositiveInfinity, 1, 0);

    /// <summary>Whether it got nowhere for so many rounds.</summary>
    /// <param name="lines">The lines as they are.</param>
    /// <param name="progress">Where the search is.</param>
    public bool Is(IEnumerable<SearchLine> lines, SearchState progress)
    {
        var lowest = lines.Min(line => line.Score?.Objective ?? double.PositiveInfinity);
        if (progress.Widenings != _since.Widenings || !(lowest >= _since.Lowest - Fall * Math.Abs(_since.Lowest)))
            _since = (lowest, progress.Round, progress.Widenings);
        return progress.Round - _since.Round >= MostRounds;
    }
}
