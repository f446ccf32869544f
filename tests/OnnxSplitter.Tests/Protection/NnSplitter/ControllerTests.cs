using OnnxSplitter.Protection.Strategies.NnSplitter;

namespace OnnxSplitter.Tests.Protection.NnSplitter;

public sealed class ControllerTests
{
    private static readonly ControllerShape Small = new([5, 4, 2], Picks: 2, Hidden: 6, Rollouts: 3);

    [Fact]
    public void The_gradient_is_that_of_differences()
    {
        using var controller = new Controller(Small, learningRate: 0.01, seed: 1);
        var picks = controller.Sample(new Random(2));
        float[] advantages = [0.7f, -0.4f, 1.1f];
        var random = new Random(3);

        var gradients = controller.Loss(picks, advantages).Gradients;

        foreach (var parameter in Small.Parameters)
        {
            var (values, gradient) = (controller.Values(parameter.Name), gradients[parameter.Name]);
            float[] before = [.. values];
            var direction = gradient.Select(slope => Math.Sign(slope) * (0.5f + random.NextSingle())).ToArray();
            var product = gradient.Zip(direction, (g, v) => (double)g * v).Sum();
            var h = (float)Math.Min(0.01, 0.05 / product);
            var difference = (At(h) - At(-h)) / (2 * h);
            Assert.NotEqual(0, product);
            Assert.True(
                Math.Abs(product - difference) <= 0.01 * product, $"{parameter.Name}: {product:g6}, {difference:g6}");

            double At(float step)
            {
                for (var i = 0; i < values.Length; i++) values[i] = before[i] + step * direction[i];
                var loss = controller.Loss(picks, advantages).Loss;
                before.CopyTo(values, 0);
                return loss;
            }
        }
    }

    [Fact]
    public void The_loss_is_minus_the_log_probability_of_draws_without_replacement()
    {
        var shape = new ControllerShape([4], Picks: 4, Hidden: 3, Rollouts: 1);
        using var controller = new Controller(shape, learningRate: 0.01, seed: 4);
        var orders = from a in Enumerable.Range(0, 4)
                     from b in Enumerable.Range(0, 4)
                     from c in Enumerable.Range(0, 4)
                     where a != b && a != c && b != c
                     select new[] { a, b, c, 6 - a - b - c };

        var total = orders.Sum(order => Math.Exp(-controller.Loss([[order]], [1]).Loss));

        Assert.Equal(1, total, tolerance: 1e-4);
    }

    [Fact]
    public void Picks_of_a_layer_differ_and_all_filters_of_a_small_layer_are_picked()
    {
        foreach (
            IFilterPicker picker in new IFilterPicker[] { new Controller(Small, 0.01, 5), new RandomPicker(Small) })
        {
            using (picker)
            {
                foreach (var rollout in picker.Sample(new Random(6)))
                {
                    Assert.Equal(3, rollout.Length);
                    Assert.All(rollout, picks => Assert.Equal(2, picks.Distinct().Count()));
                    Assert.All(rollout.Zip(Small.Filters), pair =>
                        Assert.All(pair.First, pick => Assert.InRange(pick, 0, pair.Second - 1)));
                    Assert.Equal([0, 1], rollout[2].Order());
                }
            }
        }
    }

    [Fact]
    public void Learning_makes_the_picks_that_are_worth_more_likelier()
    {
        var shape = new ControllerShape([5, 5], Picks: 1, Hidden: 8, Rollouts: 16);
        using var controller = new Controller(shape, learningRate: 0.02, seed: 7);
        var random = new Random(8);
        var before = Share();

        for (var update = 0; update < 40; update++)
        {
            var picks = controller.Sample(random);
            controller.Learn(picks, [.. picks.Select(Worth)]);
        }

        Assert.Equal(40, controller.Updates);
        Assert.InRange(before, 0, 0.5);
        Assert.InRange(Share(), 0.9, 1);

        // The second layer's best pick depends on the first's, so it is learnt through the recurrent cell.
        static double Worth(int[][] rollout) => rollout[1][0] == (rollout[0][0] + 1) % 5 ? 1 : 0;

        double Share() => Enumerable.Range(0, 10).SelectMany(_ => controller.Sample(random)).Average(Worth);
    }

    [Fact]
    public void Rewards_above_the_mean_raise_a_probability_and_those_below_lower_it()
    {
        var shape = new ControllerShape([6, 3], Picks: 1, Hidden: 8, Rollouts: 2);
        using var controller = new Controller(shape, learningRate: 0.01, seed: 9);
        int[][] good = [[2], [1]], bad = [[4], [0]];
        var (goodBefore, badBefore) = (LogProbability(good), LogProbability(bad));

        controller.Learn([good, bad], [-0.1, -0.9]);

        Assert.True(LogProbability(good) > goodBefore);
        Assert.True(LogProbability(bad) < badBefore);

        double LogProbability(int[][] picks) => -controller.Loss([picks, picks], [1, 1]).Loss;
    }

    [Fact]
    public void Draws_follow_the_softmax()
    {
        var shape = new ControllerShape([3], Picks: 1, Hidden: 4, Rollouts: 1);
        using var controller = new Controller(shape, learningRate: 0.01, seed: 10);
        controller.Values(ControllerShape.HeadBias(0))[1] = 1.5f;
        var random = new Random(11);
        var counts = new int[3];

        for (var i = 0; i < 3000; i++) counts[controller.Sample(random)[0][0][0]]++;

        for (var pick = 0; pick < 3; pick++)
            Assert.Equal(Math.Exp(-controller.Loss([[[pick]]], [1]).Loss), counts[pick] / 3000.0, tolerance: 0.04);
    }
}
