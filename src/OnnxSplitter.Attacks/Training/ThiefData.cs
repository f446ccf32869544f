using OnnxSplitter.Data;

namespace OnnxSplitter.Attacks.Training;

/// <summary>Labelled examples of a thief, in two parts that have the same shares of all classes.</summary>
/// <param name="All">All of them.</param>
/// <param name="Fitted">Four of five, to train on.</param>
/// <param name="HeldOut">The others, to choose by.</param>
internal sealed record ThiefData(Dataset All, Dataset Fitted, Dataset HeldOut)
{
    private const int Parts = 5;

    /// <summary>How many labels these are.</summary>
    public int Count => All.Count;

    /// <summary>Whether they can be moved as images.</summary>
    public bool AreImages { get; } = MovedImages.Are(Fitted);

    /// <summary>The first of some examples.</summary>
    /// <param name="examples">In an order in which every class has its turn.</param>
    /// <param name="count">How many a thief has.</param>
    public static ThiefData Of(Dataset examples, int count)
    {
        var all = examples.First(count);
        var places = new Dictionary<int, int>();
        var held = Enumerable.Range(0, all.Count).ToLookup(row =>
        {
            var place = places.GetValueOrDefault(all.Labels![row]);
            places[all.Labels[row]] = place + 1;
            return place % Parts == Parts / 2;
        });
        return new ThiefData(all, all.Pick([.. held[false]]), held.Contains(true) ? all.Pick([.. held[true]]) : all);
    }
}
