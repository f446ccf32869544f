using CsCheck;
using OnnxSplitter.Protection.Moves;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Tests.Protection;

public sealed class MoveTests
{
    private static readonly Gen<(float[] Values, float[] Gradient)> Samples =
        from count in Gen.Int[2, 60]
        from values in Gen.Float[-2, 2].Array[count]
        from gradient in Gen.Float[-1, 1].Array[count]
        select (values, gradient);

    [Theory]
    [InlineData(MoveKind.Sign)]
    [InlineData(MoveKind.Swap)]
    [InlineData(MoveKind.Extreme)]
    [InlineData(MoveKind.Best)]
    public void A_proposal_states_the_first_order_gain_of_what_it_writes(MoveKind kind) =>
        Samples.Holds(sample =>
        {
            foreach (var candidate in Proposals(kind, sample.Values, sample.Gradient))
            {
                var gain =
                    candidate.NewValues.Sum(w => (double)sample.Gradient[w.Index] * (sample.Values[w.Index] - w.Value));
                Assert.Equal(gain, candidate.Gain, 1e-4);
                Assert.True(candidate.Gain > 0);
            }
        });

    [Fact]
    public void Sign_keeps_the_magnitude() => Samples.Holds(sample => Assert.All(
        Proposals(MoveKind.Sign, sample.Values, sample.Gradient).SelectMany(candidate => candidate.NewValues),
        weight => Assert.Equal(-sample.Values[weight.Index], weight.Value)));

    [Fact]
    public void Swap_keeps_the_multiset_of_values() => Samples.Holds(sample =>
    {
        foreach (var candidate in Proposals(MoveKind.Swap, sample.Values, sample.Gradient))
        {
            var after = sample.Values.ToArray();
            foreach (var weight in candidate.NewValues) after[weight.Index] = weight.Value;
            Assert.Equal(sample.Values.Order(), after.Order());
        }
    });

    [Fact]
    public void Extreme_moves_to_an_end_of_the_range() => Samples.Holds(sample => Assert.All(
        Proposals(MoveKind.Extreme, sample.Values, sample.Gradient).SelectMany(candidate => candidate.NewValues),
        weight => Assert.Contains(weight.Value, new[] { sample.Values.Min(), sample.Values.Max() })));

    [Fact]
    public void The_best_sign_move_comes_first_and_taken_weights_are_left_alone()
    {
        var tensor = SampleTensors.Of("w", 4);
        float[] values = [1, -2, 3, 0.5f], gradient = [1, -1, 1, -1];
        var rule = new AnyValue(new ArrayWeights(values));

        var free = new SignMove().Propose(tensor, values, gradient, rule, new HashSet<long>(), 4).ToArray();
        var taken = new SignMove().Propose(tensor, values, gradient, rule, new HashSet<long> { 2 }, 4).ToArray();

        Assert.Equal([2, 1, 0], free.Select(candidate => candidate.NewValues[0].Index));
        Assert.Equal([1, 0], taken.Select(candidate => candidate.NewValues[0].Index));
    }

    [Fact]
    public void Of_many_weights_with_bounds_of_their_own_the_highest_gains_are_found()
    {
        Gen.Int[0, int.MaxValue].Holds(seed =>
        {
            var random = new Random(seed);
            var values = Drawn(7000);
            var gradient = Drawn(7000);
            gradient[random.Next(7000)] = float.NaN;
            var rule = new Steps(random.NextSingle());
            var gains = values.Select((value, i) =>
                gradient[i] * (value - (gradient[i] > 0 ? rule.Lowest(i) : rule.Highest(i))));

            var found = new ExtremeMove().Propose(
                SampleTensors.Of("w", 7000), values, gradient, rule, new HashSet<long>(), 5);

            Assert.Equal(gains.Where(gain => gain > 0).OrderDescending().Take(5), found.Select(x => (float)x.Gain));

            float[] Drawn(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() * 2 - 1)];
        });
    }

    private static Candidate[] Proposals(MoveKind kind, float[] values, float[] gradient)
    {
        var tensor = SampleTensors.Of("w", values.Length);
        var rule = new AnyValue(new ArrayWeights(values));
        return
        [
            .. Move.For(kind)
                .SelectMany(move => move.Propose(tensor, values, gradient, rule, new HashSet<long>(), 8)),
        ];
    }

    /// <summary>Ranges that differ from one hundred weights to the next.</summary>
    private sealed class Steps(float size) : IValueRule
    {
        public WeightRange Widest => new(-size, 7 * size);

        public bool Allows(long index, float value) => true;

        public float Lowest(long index) => size * (index / 100 % 5 - 1);

        public float Highest(long index) => size * (index / 100 % 7 + 1);
    }
}
