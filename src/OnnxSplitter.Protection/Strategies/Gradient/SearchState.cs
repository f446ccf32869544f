using System.Text.Json;
using OnnxSplitter.Protection.Moves;

namespace OnnxSplitter.Protection.Strategies.Gradient;

/// <summary>What a broken search needs to go on, in the journal: the lines as they were after a round.</summary>
internal sealed class SearchState(SearchContext context, GainCorrection correction)
{
    /// <summary>The round that comes next, from 1.</summary>
    public int Round { get; set; } = 1;

    /// <summary>How often what the chosen examples said did not hold on others.</summary>
    public int Widenings { get; set; }

    /// <summary>Saves the lines.</summary>
    public void Save(IEnumerable<SearchLine> lines) => context.Journal.Save(JsonSerializer.SerializeToUtf8Bytes(
        new SavedSearch(Round, Widenings, [.. lines.Select(SavedLine.Of)],
            [.. correction.All.Select(all => new SavedRatio(all.Path, all.Kind, all.Ratio))],
            [
                .. context.Supposition.Guesses.Select(
                    guess => new SavedGuess(guess.Tensor.Path, guess.Index, guess.Value)),
            ]),
        SavedSearchContext.Default.SavedSearch));

    /// <summary>The lines that were saved; null at the beginning of a job.</summary>
    public List<SearchLine>? Load()
    {
        if (context.Journal.Saved is not { } bytes) return null;
        var saved = JsonSerializer.Deserialize(bytes, SavedSearchContext.Default.SavedSearch)
            ?? throw new JsonException("The state of the search is empty.");
        Round = saved.Round;
        Widenings = saved.Widenings;
        foreach (var ratio in saved.Ratios) correction.Set(ratio.Path, ratio.Kind, ratio.Ratio);
        List<SearchLine> lines = [.. saved.Lines.Select(Line)];
        var tensors = context.Model.Tensors.ToDictionary(tensor => tensor.Path, StringComparer.Ordinal);
        context.Supposition.Become(
            [.. saved.Supposed.Select(guess => (tensors[guess.Path], guess.Index, guess.Value))]);
        return lines;
    }

    /// <summary>Makes the moves on the untouched model once, to learn what they replace.</summary>
    private SearchLine Line(SavedLine saved)
    {
        context.Load([], context.NoneExcluded());
        foreach (var move in saved.Moves)
            context.Accept(new Candidate(
                context.Model.Tensors.First(tensor => tensor.Path == move.Path), move.Kind, move.Weights, 0));
        var moves = context.Accepted.ToArray();
        var excluded = context.NoneExcluded();
        foreach (var weight in saved.Excluded) excluded.Add(weight.Path, weight.Index);
        return new SearchLine(saved.Objective, moves, excluded, saved.Score, saved.IdleRounds);
    }
}
