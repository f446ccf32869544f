using Microsoft.ML.OnnxRuntime;
using Onnx;
using OnnxSplitter.Onnx;

namespace OnnxSplitter.Data;

/// <summary>Draws inputs for a model that there are no examples for.</summary>
internal sealed class InputSampler
{
    /// <summary>Examples that are enough to try a model with: two batches of one, or one of two.</summary>
    public const int Trial = 2;

    // In images of any size; windows of sound come in powers of two.
    private static readonly long[] Lengths = [1, 32, 64, 224, 512, 1024];

    private readonly IReadOnlyList<DrawnInput> _inputs;
    private readonly int _atOnce;

    private InputSampler(IReadOnlyList<DrawnInput> inputs, int atOnce) => (_inputs, _atOnce) = (inputs, atOnce);

    /// <summary>Shapes for one example, by input, and whether that includes the batch axis.</summary>
    public IReadOnlyList<DrawnInput> Inputs => _inputs;

    /// <summary>
    /// Finds shapes that the model runs on. Open dimensions are tried as 1, or 32 where an image has its height or
    /// width; then one of them as 32, 64, 224, 512 and 1024, then two, and so on. Equally named ones have one length.
    /// </summary>
    /// <param name="session">The model.</param>
    /// <param name="graph">Its graph, weights left out.</param>
    /// <param name="shapes">Given shapes, by input name.</param>
    /// <exception cref="ModelFormatException">It runs on none of them, or they are not the model's.</exception>
    public static InputSampler Settle(
        InferenceSession session, GraphProto graph, IReadOnlyDictionary<string, IReadOnlyList<long>> shapes)
    {
        var inputs = ModelInput.Of(session);
        InputShapes.Check(shapes, inputs);
        var shared = ModelInput.ShareBatch(inputs, out var length)
            && shapes.All(shape => length is not null || shape.Value[0] == 1);
        var open = OpenDimensions(inputs, shapes, shared);
        DataFormatException? last = null;
        foreach (var lengths in Assignments(open))
        {
            var sampler = new InputSampler(
                [.. inputs.Select(input => new DrawnInput(input.Name, input.Type, Dims(input, shapes, shared, lengths),
                    !shared, IntegerRange.Of(graph, input.Name, input.Type)))], shared ? length ?? 1 : 1);
            try
            {
                _ = ModelSignature.Of(session, sampler.Draw(sampler._atOnce, seed: 0));
                return sampler;
            }
            catch (DataFormatException e)
            {
                last = e;
            }
        }

        throw new ModelFormatException(
            $"The model was tried on random inputs of several shapes and runs on none: {last!.Message}",
            "Give InputShapes, or pass examples.", last)
        {
            Properties = [nameof(InputShapes)],
        };
    }

    /// <summary>Draws examples, the same for a seed on every machine.</summary>
    /// <param name="count">How many; more if a run needs more.</param>
    /// <param name="seed">Seed.</param>
    public Dataset Draw(int count, int seed)
    {
        var random = new SeededNormal(seed);
        return new Dataset(
            _inputs.ToDictionary(
                input => input.Name, input => input.Draw(Math.Max(count, _atOnce), random), StringComparer.Ordinal),
            Labels: null)
        {
            Whole = _inputs.Where(input => input.Whole).Select(input => input.Name).ToHashSet(StringComparer.Ordinal),
        };
    }

    private static string Symbol(ModelInput input, int axis) =>
        input.Symbols[axis].Length > 0 ? input.Symbols[axis] : $"{input.Name}[{axis}]";

    /// <summary>Open dimensions by symbol, each with the length that it is tried as first.</summary>
    private static Dictionary<string, long> OpenDimensions(
        IReadOnlyList<ModelInput> inputs, IReadOnlyDictionary<string, IReadOnlyList<long>> shapes, bool shared)
    {
        var open = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var input in inputs.Where(input => !shapes.ContainsKey(input.Name)))
            for (var axis = shared ? 1 : 0; axis < input.Dims.Length; axis++)
                if (input.Dims[axis] < 0)
                    open[Symbol(input, axis)] =
                        Math.Max(open.GetValueOrDefault(Symbol(input, axis)), IsImageSide(input, axis) ? Lengths[1]
                            : Lengths[0]);
        return open;
    }

    /// <summary>
    /// Height or width of [batch, channels, height, width] or [batch, height, width, channels], with 1 to 4 channels.
    /// </summary>
    private static bool IsImageSide(ModelInput input, int axis) => input.Dims.Length == 4
        && (axis >= 2 && input.Dims[1] is >= 1 and <= 4 || axis is 1 or 2 && input.Dims[3] is >= 1 and <= 4);

    private static IEnumerable<Dictionary<string, long>> Assignments(Dictionary<string, long> first)
    {
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

    private static IEnumerable<string[]> Subsets(string[] symbols, int many) => many == 0
        ? [[]]
        : symbols.SelectMany(
            (symbol, i) => Subsets(symbols[(i + 1)..], many - 1).Select(rest => (string[])[symbol, .. rest]));

    private static long[] Dims(ModelInput input, IReadOnlyDictionary<string, IReadOnlyList<long>> shapes, bool shared,
        Dictionary<string, long> lengths)
    {
        var given = shapes.GetValueOrDefault(input.Name);
        return
        [
            .. Enumerable.Range(0, input.Dims.Length).Skip(shared ? 1 : 0).Select(axis =>
                given?[axis] ?? (input.Dims[axis] >= 0 ? input.Dims[axis] : lengths[Symbol(input, axis)])),
        ];
    }
}
