using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Gradients.Loss;

namespace OnnxSplitter.Tests.Gradients;

/// <summary>Losses against their formulas in double, and their gradients against differences.</summary>
public sealed class LossHeadTests
{
    private const int Rows = 4;
    private const int Classes = 5;

    public static TheoryData<LossKind, long> Kinds { get; } = new(
        from kind in Enum.GetValues<LossKind>() from opset in (long[])[18, 21] select (kind, opset));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_loss_is_what_its_formula_says(LossKind kind, long opset)
    {
        var random = new Random(5);
        var output = Output(kind, random);
        var smooth = kind is LossKind.SmoothAccuracy or LossKind.SmoothAccuracyOfProbabilities;
        var target = smooth
            ? OneHot()
            : [.. Enumerable.Range(0, Rows * Classes).Select(_ => random.NextSingle())];

        var expected = Formula(kind, output, target);

        Assert.Equal(expected, Run(kind, opset, output, target).Loss, (smooth ? 1e-5 : 1e-6) * Math.Abs(expected));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_gradient_of_a_loss_agrees_with_differences(LossKind kind, long opset)
    {
        var random = new Random(6);
        var graph = new global::Onnx.GraphProto { Name = "loss", Input = { Values.FloatInput("y", Rows, Classes) } };
        var head = LossHead.Append(graph, new GraphBuilder(graph, opset, "loss::"), kind, "y", [Rows, Classes]);
        var inputs = new Dictionary<string, (long[], float[])>
        {
            ["y"] = ([Rows, Classes], Output(kind, random)),
            [head.Target] = ([Rows, Classes], OneHot()),
        };

        AdjointCheck.Holds(Values.Model(graph, opset), inputs,
            new Dictionary<string, float[]> { [head.Value] = [1] }, head.Value, ["y"], random, step: 0.03f);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(-80)]
    public void Cross_entropy_of_huge_logits_stays_finite_and_exact(float size)
    {
        var random = new Random(7);
        var output = Enumerable.Range(0, Rows * Classes)
            .Select(i => (i % 2 == 0 ? size : -size) + random.NextSingle()).ToArray();

        var (loss, gradient) = Run(LossKind.CrossEntropyOfLogits, 18, output, OneHot());

        var expected = Formula(LossKind.CrossEntropyOfLogits, output, OneHot());
        Assert.Equal(expected, loss, 1e-5 * expected);
        for (var row = 0; row < Rows; row++)
        {
            // softmax - one-hot, up to what a logit of 80 can hold in float32.
            var logits = output.AsSpan(row * Classes, Classes).ToArray();
            var sum = logits.Sum(logit => Math.Exp(logit));
            for (var i = row * Classes; i < (row + 1) * Classes; i++)
                Assert.Equal(Math.Exp(output[i]) / sum - OneHot()[i], gradient[i], 1e-4);
        }
    }

    [Fact]
    public void A_probability_of_zero_gives_a_finite_loss_and_gradient()
    {
        var output = Enumerable.Range(0, Rows * Classes).Select(i => i % Classes == 1 ? 1f : 0f).ToArray();

        var (loss, gradient) = Run(LossKind.CrossEntropyOfProbabilities, 18, output, OneHot());

        Assert.True(double.IsFinite(loss) && loss > 0);
        Assert.All(gradient, number => Assert.True(double.IsFinite(number)));
    }

    private static (double Loss, double[] Gradient) Run(LossKind kind, long opset, float[] output, float[] target)
    {
        var graph = new global::Onnx.GraphProto { Name = "loss", Input = { Values.FloatInput("y", Rows, Classes) } };
        var head = LossHead.Append(graph, new GraphBuilder(graph, opset, "loss::"), kind, "y", [Rows, Classes]);
        var model = Values.Model(graph, opset);
        var inputs = new Dictionary<string, (long[], float[])>
        {
            ["y"] = ([Rows, Classes], output),
            [head.Target] = ([Rows, Classes], target),
        };
        using var y = Values.Tensor(output, Rows, Classes);
        using var t = Values.Tensor(target, Rows, Classes);
        using var session = Values.Open(model, [head.Value]);
        var loss = session.Fetch(new Dictionary<string, Microsoft.ML.OnnxRuntime.OrtValue>
        {
            ["y"] = y,
            [head.Target] = t,
        });
        Assert.Empty(loss[0].Dims);
        return (loss[0].Data[0], AdjointCheck.Gradients(model, inputs, head.Value, ["y"])["y"]);
    }

    private static double Formula(LossKind kind, float[] output, float[] target) =>
        Enumerable.Range(0, Rows).Sum(row =>
        {
            var y = output.Skip(row * Classes).Take(Classes).Select(number => (double)number).ToArray();
            var t = target.Skip(row * Classes).Take(Classes).Select(number => (double)number).ToArray();
            if (kind is LossKind.SmoothAccuracy or LossKind.SmoothAccuracyOfProbabilities)
            {
                var own = Array.IndexOf(t, 1);
                var odds = kind == LossKind.SmoothAccuracy
                    ? Math.Exp(y[own]) / y.Where((_, i) => i != own).Sum(Math.Exp)
                    : y[own] / y.Where((_, i) => i != own).Sum();
                return odds / (1 + odds);
            }

            var largest = y.Max();
            var log = largest + Math.Log(y.Sum(logit => Math.Exp(logit - largest)));
            return y.Zip(t, (a, b) => kind switch
            {
                LossKind.CrossEntropyOfLogits => -b * (a - log),
                LossKind.CrossEntropyOfProbabilities => -b * Math.Log(a),
                LossKind.WeightedSum => a * b,
                _ => (a - b) * (a - b),
            }).Sum();
        });

    private static float[] Output(LossKind kind, Random random)
    {
        // Probabilities that are not small: the third derivative of a logarithm is large near 0.
        var probabilities = kind is LossKind.CrossEntropyOfProbabilities or LossKind.SmoothAccuracyOfProbabilities;
        return [.. Enumerable.Range(0, Rows * Classes).Select(_ => random.NextSingle())
            .Select(number => probabilities ? 0.3f + 0.6f * number : 6 * number - 3)];
    }

    private static float[] OneHot()
    {
        var target = new float[Rows * Classes];
        for (var row = 0; row < Rows; row++) target[row * Classes + row * 2 % Classes] = 1;
        return target;
    }
}
