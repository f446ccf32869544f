namespace OnnxSplitter.Data;

/// <summary>Lengths that the open dimensions of a model's inputs are tried with, likely ones first.</summary>
/// <param name="inputs">All inputs.</param>
/// <param name="shapes">Given shapes, by input name.</param>
/// <param name="shared">Whether the first axis of all inputs is one batch.</param>
/// <param name="weights">How many weights the model has.</param>
internal sealed class ShapeTrials(
    IReadOnlyList<ModelInput> inputs, IReadOnlyDictionary<string, IReadOnlyList<long>> shapes, bool shared,
    long weights)
{
    // A run of a language model takes time by the words as soon as it has to read all weights anyway.
    private const long ManyWeights = 1 << 27;
    private const long OfManyWeights = 8;

    // Sequences of one exercise nothing, so it comes late. Windows of sound come in powers of two.
    private const long Usual = 32;
    private static readonly long[] Lengths = [1, Usual, 64, 224, 512, 1024];

    /// <summary>
    /// Lengths by name of the open dimension; equally named ones have one length. Batches are tried as 1 and the rest
    /// as 32, or as 8 where a run is long, then, from 1 for all but the sides of images, one of them as each of the
    /// lengths, then two, and so on.
    /// </summary>
    public IEnumerable<IReadOnlyDictionary<string, long>> Assignments()
    {
        var first = OpenDimensions(length: 1);
        yield return OpenDimensions(weights > ManyWeights ? OfManyWeights : Usual);
        yield return first;
        string[] symbols = [.. first.Keys];
        for (var many = 1; many <= symbols.Length; many++)
        {
            // All subsets where there are few; else only one at a time, and all together.
            if (symbols.Length > 4 && many > 1 && many < symbols.Length) continue;
            foreach (var chosen in Subsets(symbols, many))
                foreach (var length in Lengths)
                {
                    if (chosen.All(symbol => first[symbol] == length)) continue;
                    var lengths = new Dictionary<string, long>(first, StringComparer.Ordinal);
                    foreach (var symbol in chosen) lengths[symbol] = length;
                    yield return lengths;
                }
        }
    }

    /// <summary>An input's shape for one example, with the batch axis if that is not shared.</summary>
    public long[] Dims(ModelInput input, IReadOnlyDictionary<string, long> lengths)
    {
        var given = shapes.GetValueOrDefault(input.Name);
        return
        [
            .. Enumerable.Range(0, input.Dims.Length).Skip(shared ? 1 : 0).Select(axis =>
                given?[axis] ?? (input.Dims[axis] >= 0 ? input.Dims[axis] : lengths[Symbol(input, axis)])),
        ];
    }

    private static string Symbol(ModelInput input, int axis) =>
        input.Symbols[axis].Length > 0 ? input.Symbols[axis] : $"{input.Name}[{axis}]";

    private Dictionary<string, long> OpenDimensions(long length)
    {
        var open = new Dictionary<string, long>(StringComparer.Ordinal);
        var batches = inputs.Where(input => input.Dims is [< 0, ..]).Select(input => Symbol(input, 0))
            .ToHashSet(StringComparer.Ordinal);
        foreach (var input in inputs.Where(input => !shapes.ContainsKey(input.Name)))
            for (var axis = shared ? 1 : 0; axis < input.Dims.Length; axis++)
                if (input.Dims[axis] < 0 && Symbol(input, axis) is var symbol)
                    open[symbol] = Math.Max(open.GetValueOrDefault(symbol), ImageAxes.IsSide(input.Dims, axis) ? Usual
                        : batches.Contains(symbol) ? 1 : length);
        return open;
    }

    private static IEnumerable<string[]> Subsets(string[] symbols, int many) => many == 0
        ? [[]]
        : symbols.SelectMany(
            (symbol, i) => Subsets(symbols[(i + 1)..], many - 1).Select(rest => (string[])[symbol, .. rest]));
}
