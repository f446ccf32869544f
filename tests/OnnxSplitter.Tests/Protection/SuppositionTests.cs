using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Moves;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Search;
using OnnxSplitter.Protection.State;
using OnnxSplitter.Protection.Strategies;
using OnnxSplitter.Protection.Strategies.Gradient;
using OnnxSplitter.Tests.Protection.NnSplitter;

namespace OnnxSplitter.Tests.Protection;

public sealed class SuppositionTests : IDisposable
{
    private readonly NnSplitterSample _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void What_is_supposed_is_measured_and_leaves_nothing_behind()
    {
        var context = Context(_ => []);
        var before = All(context.Model);
        var tensor = context.Model.Tensors[0];

        context.Supposition.Become([(tensor, 0, 2.5f), (tensor, 3, -2.5f)]);
        context.Accept(Flip(context, tensor, 1));

        Assert.Equal((2.5f, -2.5f), (context.Model.Values(tensor.Path)[0], context.Model.Values(tensor.Path)[3]));
        context.Supposition.Become([]);
        context.Load([], context.NoneExcluded());
        Assert.Equal(before, All(context.Model));
    }

    [Fact]
    public void A_move_of_what_is_supposed_is_not_allowed()
    {
        var context = Context(_ => []);
        var tensor = context.Model.Tensors[0];
        context.Supposition.Become([(tensor, 2, 1)]);

        Assert.False(context.Allows(Flip(context, tensor, 2)));
        Assert.True(context.Allows(Flip(context, tensor, 1)));
        context.Supposition.Become([]);
        Assert.True(context.Allows(Flip(context, tensor, 2)));
    }

    [Fact]
    public void Guesses_that_show_are_supposed_but_for_weights_that_are_changed_already()
    {
        WeightTensor? searched = null;
        var context = Context(_ =>
        [
            .. Enumerable.Range(0, 3).Select(i =>
                new WeightBits(searched!, i, BitConverter.SingleToUInt32Bits(i + 1))),
        ]);
        searched = context.Model.Tensors[0];
        context.Accept(Flip(context, searched, 1));

        Assert.True(context.SupposesUndoing());

        Assert.Equal([(0L, 1f), (2L, 3f)], context.Supposition.Guesses.Select(guess => (guess.Index, guess.Value)));
        Assert.True(context.IsLow(new Score(9, 0.3, 9)));
        Assert.False(context.IsLow(new Score(0, 0.31, 0)));
    }

    [Fact]
    public void A_search_that_goes_on_after_a_break_supposes_what_it_did()
    {
        var journal = new Journal();
        var context = Context(_ => [], journal);
        var tensor = context.Model.Tensors[0];
        context.Accept(Flip(context, tensor, 1));
        context.Supposition.Become([(tensor, 0, 0.1f)]);
        new SearchState(context, new GainCorrection()).Save([]);

        var other = Context(_ => [], journal);
        Assert.Empty(new SearchState(other, new GainCorrection()).Load()!);

        Assert.Equal(0.1f, other.Model.Values(tensor.Path)[0]);
        Assert.Equal([(tensor.Path, 0L, 0.1f)],
            other.Supposition.Guesses.Select(guess => (guess.Tensor.Path, guess.Index, guess.Value)));
    }

    [Fact]
    public void A_search_that_goes_on_after_a_break_drives_down_the_places_inside_that_it_did()
    {
        var journal = new Journal();
        var context = Context(_ => [], journal);
        var objective = new ExplainedObjective([new OutputBlock("scores", 0, 4, 4)])
            .And([new OutputBlock("place 2 of 8", 4, 16, 4) { Inside = 0.37 }]);
        new SearchState(context, new GainCorrection()).Save(
            [new SearchLine(objective, [], context.NoneExcluded(), new Score(1, 0.5, 0.2), IdleRounds: 0)]);

        var line = Assert.Single(new SearchState(Context(_ => [], journal), new GainCorrection()).Load()!);

        Assert.Equal(objective, line.Objective);
        Assert.Equal([null, 0.37], ((ExplainedObjective)line.Objective).Blocks.Select(block => block.Inside));
    }

    private SearchContext Context(
        Func<IReadOnlyList<AcceptedMove>, IReadOnlyList<WeightBits>> shown, ISearchJournal? journal = null) => new()
        {
            Settings = new SearchSettings(),
            Model = _sample.Model(),
            Signature = _sample.Original.Signature,
            Calibration = _sample.Data,
            Target = 0,
            Meets = _ => false,
            Shown = shown,
            UndoneTarget = 0.3,
            Report = (_, _, _, _) => { },
            Journal = journal ?? new NoJournal(),
        };

    private static Candidate Flip(SearchContext context, WeightTensor tensor, int index) =>
        new(tensor, MoveKind.Sign, [new NewValue(index, -context.Model.Values(tensor.Path)[index])], 1);

    private static float[] All(SearchModel model) =>
        [.. model.Tensors.SelectMany(tensor => model.Values(tensor.Path).ToArray())];

    private sealed class Journal : ISearchJournal
    {
        public byte[]? Saved { get; private set; }

        public void Save(ReadOnlySpan<byte> state) => Saved = state.ToArray();
    }
}
