using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Onnx;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Data;

/// <summary>Draws inputs for a model that there are no examples for.</summary>
internal sealed class InputSampler
{
    /// <summary>
    /// Examples that are enough to try a model with: its shapes, and whether an answer hangs on the others of a batch.
    /// </summary>
    public const int Trial = 8;

    // Enough to see how many classes are predicted.
    private const int Compared = 32;

    // Samples of a sound that are worth drawing as one.
    private const int FewestSamples = 400;

    // Another style has to be so many times better than one that more models are trained on.
    private const double Better = 1.25;

    // The share of all classes, or of all examples, from which on outputs vary enough to look no further.
    private const double Enough = 0.7;

    private readonly int _atOnce;
    private MaskForm _form = MaskForm.Counting;
    private DrawStyle _style;

    private InputSampler(IReadOnlyList<DrawnInput> inputs, DrawStyle style, int atOnce) =>
        (Inputs, _style, _atOnce) = (inputs, style, atOnce);

    /// <summary>What is drawn, by input.</summary>
    public IReadOnlyList<DrawnInput> Inputs { get; private set; }

    /// <summary>Positions of a sequence that each weight of a model is taken for, in one example.</summary>
    public long Positions => Inputs.Where(input => input is { Kind: InputKind.Numbers, Range: not null })
        .Max(input => (long?)input.Count) ?? 1;

    /// <summary>What is drawn for an input, in a few words.</summary>
    public string Words(DrawnInput input) => input.Words(_style);

    /// <summary>
    /// Finds shapes that the model runs on (<see cref="ShapeTrials"/>), and values that it tells apart.
    /// </summary>
    /// <param name="session">The model.</param>
    /// <param name="graph">Its graph, weights left out.</param>
    /// <param name="shapes">Given shapes, by input name.</param>
    /// <param name="output">The output that is measured; null for the first of floats.</param>
    /// <exception cref="ModelFormatException">It runs on none of them, or they are not the model's.</exception>
    public static InputSampler Settle(
        InferenceSession session, GraphProto graph, IReadOnlyDictionary<string, IReadOnlyList<long>> shapes,
        string? output = null)
    {
        var inputs = ModelInput.Of(session);
        InputShapes.Check(shapes, inputs);
        var shared = ModelInput.ShareBatch(inputs, out var length)
            && shapes.All(shape => length is not null || shape.Value[0] == 1);
        var uses = inputs.ToDictionary(
            input => input.Name, input => InputUse.Of(graph, input.Name), StringComparer.Ordinal);
        var leading = output is null ? null : Ancestry.Of(graph.Node, output);
        var texts = inputs.Where(input => leading is not null && input.Type == TensorElementType.String).ToDictionary(
            input => input.Name, input => InputTexts.Of(graph, input.Name, leading!), StringComparer.Ordinal);
        var style = uses.Values.Any(use => use.IsByte) ? DrawStyle.Bytes : DrawStyle.Usual;
        var weights = graph.Initializer.Sum(tensor => tensor.Dims.Aggregate(1L, (product, dim) => product * dim));
        var trials = new ShapeTrials(inputs, shapes, shared, weights);
        DataFormatException? last = null;
        foreach (var lengths in trials.Assignments())
        {
            var sampler = new InputSampler(
                [
                    .. inputs.Select(input =>
                        Describe(input, trials.Dims(input, lengths), whole: !shared, uses[input.Name])
                            with
                        {
                            Texts = texts.GetValueOrDefault(input.Name, []),
                        }),
                ],
                style, shared ? length ?? 1 : 1);
            try
            {
                _ = ModelSignature.Of(session, sampler.Draw(sampler._atOnce, seed: 0), output);
                sampler.FindRanges(session, uses);
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

    /// <summary>
    /// Takes the style of numbers by which the model's outputs vary most; by none of them, the present one stays, and
    /// <see cref="LoadedModel.Answer"/> refuses what is drawn.
    /// </summary>
    /// <param name="model">The model that inputs are drawn for.</param>
    /// <param name="most">Examples that may be drawn at once.</param>
    public void Vary(LoadedModel model, int most)
    {
        if (!Inputs.Any(input => input.HasStyle)) return;
        var count = Math.Min(most, Compared);
        var enough = Enough * Math.Min(count, Math.Max(model.Signature.Width, 2));
        var (best, variety) = (_style, 0.0);
        foreach (var style in DrawStyle.All.Prepend(_style).Distinct())
        {
            _style = style;
            var found = OutputVariety.Of(model.Outputs(Draw(count, seed: 0)), model.Signature);
            if (!(found > variety * Better)) continue;
            (best, variety) = (style, found);
            if (variety >= enough) break;
        }

        _style = best;
    }

    /// <summary>Draws examples, the same for a seed on every machine.</summary>
    /// <param name="count">How many; more if a run needs more.</param>
    /// <param name="seed">Seed.</param>
    public Dataset Draw(int count, int seed) => Draw(Inputs, count, seed);

    private Dataset Draw(IReadOnlyList<DrawnInput> inputs, int count, int seed)
    {
        var random = new SeededNormal(seed);

        // Half of the examples are as long as the others may be.
        double[] shares =
        [
            .. Enumerable.Range(0, Math.Max(count, _atOnce)).Select(_ => Math.Min(1, random.Between(0.3, 1.7))),
        ];
        return new Dataset(
            inputs.ToDictionary(
                input => input.Name, input => input.Draw(random, _style, _form, shares), StringComparer.Ordinal),
            Labels: null)
        {
            Whole = inputs.Where(input => input.Whole).Select(input => input.Name).ToHashSet(StringComparer.Ordinal),
        };
    }

    private static DrawnInput Describe(ModelInput input, long[] dims, bool whole, InputUse use)
    {
        var run = whole ? dims : [1, .. dims];
        var integers = IntegerRange.Largest(input.Type) is not null;
        var isBytes = IntegerRange.OfByte(input.Type) is not null;
        var kind = input.Type == TensorElementType.String ? InputKind.Text
            : run.Length > 1 && use.IsMask ? InputKind.Mask
            : (!integers || isBytes) && ImageAxes.IsImage(run) ? InputKind.Image
            : !integers && (run is [_, >= FewestSamples] or [_, 1, >= FewestSamples]) ? InputKind.Sound
            : InputKind.Numbers;
        return new(input.Name, input.Type, dims, whole, kind,
            integers && kind == InputKind.Numbers ? IntegerRange.Only(use.Compared ?? 1) : null);
    }

    /// <summary>
    /// Widens what integers are drawn from one value to what the model takes. A single number is a switch, which stays.
    /// </summary>
    private void FindRanges(InferenceSession session, IReadOnlyDictionary<string, InputUse> uses)
    {
        Dataset DrawOne(IReadOnlyList<DrawnInput> inputs) => Draw(inputs, _atOnce, seed: 0);
        foreach (var input in Inputs.Where(input =>
            input.Range is not null && !(input.Whole && input.Count == 1)).ToArray())
        {
            var settled = new RangeProbe(session, Inputs, DrawOne).Settle(input);
            Inputs = [.. Inputs.Select(other => other.Name == input.Name ? settled : other)];
        }

        if (Inputs.All(input => input.Kind != InputKind.Mask)) return;
        var probe = new RangeProbe(session, Inputs, DrawOne);
        foreach (var form in Enum.GetValues<MaskForm>())
        {
            _form = form;
            if (probe.GivesNumbers(Inputs)) return;
        }
    }
}
