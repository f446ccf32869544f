using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Gradients;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Gradients.Rewriting;
using OnnxSplitter.Gradients.Rules;
using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Tests.Gradients;

/// <summary>Every rule of the table against differences, in the uses that <see cref="RuleCase.All"/> lists.</summary>
public sealed class RuleGradientTests
{
    public static TheoryData<string> Names => [.. RuleCase.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_rule_agrees_with_differences(string name)
    {
        var (c, opset) = RuleCase.All[name];
        var random = new Random(20);
        var original = c.Model(opset);
        var model = original.Clone();
        WorkingForm.Apply(model);
        var inputs = Enumerable.Range(0, c.Inputs.Length).Where(i => c.Inputs[i].Draw is not null).ToDictionary(
            RuleCase.Input, i => (c.Inputs[i].Dims, Data: c.Inputs[i].Draw!(random, c.Inputs[i].Count)));

        var used = (c.Used ?? [.. Enumerable.Range(0, c.Outputs)]).Select(RuleCase.Output).ToArray();
        var results = Run(original, inputs, used);
        foreach (var (before, after) in results.Zip(Run(model, inputs, used)))
        {
            // What an opset's older form means, the newer one says; ONNX Runtime adds up in an order that varies with
            // where the memory lies.
            Assert.Equal(before.Dims, after.Dims);
            Assert.All(before.Data.Zip(after.Data), pair =>
                Assert.Equal(pair.First, pair.Second, 1e-6 * (1 + Math.Abs(pair.First))));
        }

        var builder = new GraphBuilder(model.Graph, model.OpsetImport[0].Version, "loss::");
        var weights = new Dictionary<string, float[]>();
        string? loss = null;
        foreach (var (output, (dims, data)) in used.Zip(results))
        {
            weights[output] = [.. data.Select(_ => 2 * random.NextSingle() - 1)];
            var real = c.Op == "Cast" ? builder.Op("Cast", [output], ("to", 1L)) : output;
            var product = builder.Mul(real, builder.Floats(weights[output], dims));
            var axes = Enumerable.Range(0, dims.Length).Select(axis => (long)axis).ToArray();
            var sum = builder.ReduceSum(product, axes, keepDims: false);
            loss = loss is null ? sum : builder.Add(loss, sum);
        }

        AdjointCheck.Holds(
            model, inputs, weights, loss!, [.. inputs.Keys.Except(c.Fixed.Select(RuleCase.Input))], random);
    }

    [Fact]
    public void Every_rule_has_a_case_and_every_case_a_rule()
    {
        // Quantised ops have no float inputs to vary; they have tests of their own.
        var rules = RuleTable.Rows.Where(row => !QuantizedGradientTests.Ops.Contains(row.Op)).ToArray();

        Assert.All(rules, row => Assert.Contains(RuleCase.All.Values, pair => Covers(row, pair.Case, pair.Opset)));
        Assert.All(RuleCase.All.Values, pair => Assert.Contains(rules, row => Covers(row, pair.Case, pair.Opset)));

        // The one op of which two forms are known.
        var groups = RuleCase.All.Values.Where(pair => pair.Case.Op == "GroupNormalization").ToArray();
        Assert.Contains(groups, pair => pair.Opset < StandardizationRules.GroupSince);
        Assert.Contains(groups, pair => pair.Opset >= StandardizationRules.GroupSince);

        static bool Covers(RuleRow row, RuleCase c, long opset)
        {
            var upgraded = Math.Max(opset, OpsetUpgrade.Target);
            return (row.Domain, row.Op) == (c.Domain, OperatorTable.Find(c.Domain, c.Op)?.WrittenAs ?? c.Op)
                && row.Operator.Since <= upgraded;
        }
    }

    private static (long[] Dims, double[] Data)[] Run(
        global::Onnx.ModelProto model, Dictionary<string, (long[] Dims, float[] Data)> inputs, string[] outputs)
    {
        using var session = Values.Open(model, outputs);
        var feeds = inputs.ToDictionary(pair => pair.Key, pair => Values.Tensor(pair.Value.Data, pair.Value.Dims));
        try
        {
            return session.Fetch(feeds);
        }
        finally
        {
            foreach (OrtValue feed in feeds.Values) feed.Dispose();
        }
    }
}
