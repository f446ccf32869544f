using OnnxSplitter.Onnx;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.State;

namespace OnnxSplitter.Tests.Protection.NnSplitter;

public sealed class NnSplitterStrategyTests : IDisposable
{
    private readonly NnSplitterSample _sample = new();

    [Theory]
    [InlineData(ControllerKind.Rnn)]
    [InlineData(ControllerKind.Random)]
    public void Accuracy_falls_within_the_budget_and_the_tensors_ranges(ControllerKind controller)
    {
        var context = _sample.Context(NnSplitterSample.Options with { Controller = controller });
        var original = _sample.Model();

        Assert.False(_sample.Run(context));

        Assert.InRange(_sample.Accuracy(context.Model), 0, 0.8);
        Assert.InRange(context.WeightsChanged, 1, 30);
        foreach (var move in context.Accepted)
        {
            var values = original.Values(move.Candidate.Tensor.Path).ToArray();
            Assert.All(move.Candidate.NewValues, weight => Assert.InRange(weight.Value, values.Min(), values.Max()));
            Assert.All(move.Replaced, weight => Assert.Equal(values[weight.Index], weight.Value));
        }
    }

    [Fact]
    public void Once_the_target_is_reached_fewer_weights_are_tried()
    {
        var thinning = 0;
        var context = _sample.Context(
            NnSplitterSample.Options, (phase, _) => thinning += phase == "fewer weights" ? 1 : 0, target: 0.7);

        Assert.True(_sample.Run(context));

        Assert.InRange(_sample.Accuracy(context.Model), 0, 0.7);
        Assert.InRange(thinning, 2, 30);
        Assert.InRange(context.WeightsChanged, 1, 15);
    }

    [Fact]
    public void The_whole_mask_is_kept_on_request()
    {
        var thinning = 0;
        var context = _sample.Context(NnSplitterSample.Options with { KeepMask = true },
            (phase, _) => thinning += phase == "fewer weights" ? 1 : 0, target: 0.7);

        Assert.True(_sample.Run(context));

        Assert.Equal(0, thinning);
        Assert.InRange(context.WeightsChanged, 16, int.MaxValue);
    }

    [Fact]
    public void What_does_not_hold_on_the_evaluation_data_is_put_aside_and_the_search_goes_on()
    {
        var rollouts = 0;
        var asked = 0;

        // Any rollout meets this target on calibration data; the evaluation data has none of it.
        var context = _sample.Context(NnSplitterSample.Options, (phase, _) => rollouts += phase == "rollout" ? 1 : 0,
            target: 1, evaluation: _ => ++asked + 1);

        _sample.Run(context);

        Assert.Equal(6, rollouts);
        Assert.InRange(asked, 3, 60);
        Assert.NotEmpty(context.Accepted);
    }

    [Fact]
    public void The_same_seed_finds_the_same_and_another_seed_something_else()
    {
        var found = new[] { 3, 3, 4 }.Select(seed =>
        {
            var context = _sample.Context(NnSplitterSample.Options, seed: seed);
            _sample.Run(context);
            return NnSplitterSample.Changes(context);
        }).ToArray();

        Assert.NotEmpty(found[0]);
        Assert.Equal(found[0], found[1]);
        Assert.NotEqual(found[0], found[2]);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    public void A_search_that_was_broken_off_ends_as_one_that_was_not(int rollout)
    {
        var whole = _sample.Context(NnSplitterSample.Options);
        _sample.Run(whole);
        var journal = new Memory(null);
        using var source = new CancellationTokenSource();
        var broken = _sample.Context(NnSplitterSample.Options, (_, number) =>
        {
            if (number == rollout) source.Cancel();
        }, journal, cancellation: source.Token);
        Assert.Throws<OperationCanceledException>(() =>
        {
            _sample.Run(broken);
            source.Token.ThrowIfCancellationRequested();
        });
        var numbers = new List<int>();

        var resumed =
            _sample.Context(NnSplitterSample.Options, (_, number) => numbers.Add(number), new Memory(journal.Saved));
        _sample.Run(resumed);

        Assert.NotNull(journal.Saved);
        Assert.Equal(NnSplitterSample.Changes(whole), NnSplitterSample.Changes(resumed));
        Assert.Equal(Enumerable.Range(0, 6).Skip(rollout / 2 * 2).Select(number => number + 1), numbers);
    }

    [Fact]
    public void A_saved_state_that_is_not_this_searchs_is_refused()
    {
        var journal = new Memory(null);
        _sample.Run(_sample.Context(NnSplitterSample.Options with { Updates = 1 }, journal: journal));
        var state = journal.Saved!;
        byte[] filters = [.. state];
        filters.AsSpan(20, 4).Fill(0xff);

        foreach (
            var foreign in new[] { [], state[..^1], [.. state, 0], state[..4], [(byte)'X', .. state[1..]], filters })
            Assert.Throws<ModelFormatException>(() =>
                _sample.Run(_sample.Context(NnSplitterSample.Options, journal: new Memory(foreign))));
        Assert.Throws<ModelFormatException>(() => _sample.Run(_sample.Context(
            NnSplitterSample.Options with { HiddenSize = 7 }, journal: new Memory(state))));
        Assert.Throws<ModelFormatException>(() => _sample.Run(_sample.Context(
            NnSplitterSample.Options with { MaskCenter = 0.1 }, journal: new Memory(state))));
        Assert.Throws<ModelFormatException>(() => _sample.Run(_sample.Context(
            NnSplitterSample.Options with { MaskCount = 5 }, journal: new Memory(state))));
    }

    [Fact]
    public void A_search_that_goes_on_with_a_larger_budget_keeps_what_it_has()
    {
        var small = NnSplitterSample.Options with { Updates = 1, MaskCount = 10 };
        var journal = new Memory(null);
        var before = _sample.Context(small, journal: journal);
        _sample.Run(before);

        var after = _sample.Context(small with { MaskCount = 30 }, journal: new Memory(journal.Saved));
        _sample.Run(after);

        Assert.NotEmpty(before.Accepted);
        Assert.Equal(NnSplitterSample.Changes(before), NnSplitterSample.Changes(after));
    }

    [Fact]
    public void A_mask_without_weights_changes_nothing()
    {
        var context = _sample.Context(NnSplitterSample.Options with { MaskCenter = 50, MaskWidth = 0.1 });

        Assert.False(_sample.Run(context));

        Assert.Empty(context.Accepted);
    }

    [Fact]
    public void Sparsity_leaves_changes_smaller()
    {
        var sums = new[] { 0, 1.0 }.Select(sparsity =>
        {
            var context = _sample.Context(NnSplitterSample.Options with { Sparsity = sparsity });
            _sample.Run(context);
            return context.Accepted.Sum(move =>
                move.Candidate.NewValues.Zip(move.Replaced, (after, before) => Math.Abs(after.Value - before.Value))
                    .Sum());
        }).ToArray();

        Assert.InRange(sums[1], 0, 0.5 * sums[0]);
    }

    public void Dispose() => _sample.Dispose();

    private sealed class Memory(byte[]? saved) : ISearchJournal
    {
        public byte[]? Saved { get; private set; } = saved;

        public void Save(ReadOnlySpan<byte> state) => Saved = state.ToArray();
    }
}
