namespace OnnxSplitter.Data;

/// <summary>
/// An order of examples in which every class has its turn, whatever order they come in: the first of them hold all
/// classes as evenly as they last.
/// </summary>
internal static class ClassOrder
{
    // Which example is which says nothing about a job, so the order does not depend on the job's seed.
    private const int Seed = 0;

    /// <summary>Rows in that order, each with its place among those of its class.</summary>
    /// <param name="data">Without labels, all are of one class.</param>
    public static IReadOnlyList<(int Row, int Place)> Of(Dataset data)
    {
        var rows = Enumerable.Range(0, data.Count).ToArray();
        new Random(Seed).Shuffle(rows);
        var places = new Dictionary<int, int>();
        return
        [
            .. rows.Select(row => (row, place: Next(data.Labels?[row] ?? 0))).OrderBy(pair => pair.place),
        ];

        int Next(int label)
        {
            var place = places.GetValueOrDefault(label);
            places[label] = place + 1;
            return place;
        }
    }
}
