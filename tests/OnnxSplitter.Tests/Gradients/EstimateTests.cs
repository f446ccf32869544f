using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Onnx;
using OnnxSplitter.Data;
using OnnxSplitter.Gradients;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Protection.Execution;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Secrets.Keys;
using static OnnxSplitter.Tests.Gradients.Walks;

namespace OnnxSplitter.Tests.Gradients;

/// <summary>Behind an op without a rule, gradients are estimated if that is allowed.</summary>
public sealed class EstimateTests : IDisposable
{
    private static readonly X509Certificate2 Key = KeyFiles.Create("estimate tests");

    private static readonly OperatorSetIdProto OtherDomain = new() { Domain = "ai.onnx.ml", Version = 1 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_estimate_is_the_gradient_on_average()
    {
        // y = x w by an op that has no rule, then times 3 by one that has.
        long[] dims = [4, 1, 2, 2];
        var random = new Random(8);
        float[] x = [.. Enumerable.Range(0, 16).Select(_ => 1 + random.NextSingle())];
        float[] w = [.. Enumerable.Range(0, 4).Select(_ => 1 + random.NextSingle())];
        var graph = new GraphProto
        {
            Name = "estimate",
            Input =
            {
                Values.FloatInput("x", dims),
                Values.FloatInput("w", 1, 1, 2, 2),
                Values.FloatInput("v", 4, 1, 2, 2),
            },
            Node = { Node("Mul", ["x", "w"], "a"), Passed("a", "b"), Node("Mul", ["b", "v"], "c") },
        };
        var builder = new GraphBuilder(graph, 18, "gradient::");
        var loss = builder.Op("ReduceSum", ["c"], ("keepdims", 0L));
        var model = Values.Model(graph, 18);
        using var feeds = new FeedSet();
        feeds.Values["x"] = Values.Tensor(x, dims);
        feeds.Values["w"] = Values.Tensor(w, 1, 1, 2, 2);
        feeds.Values["v"] = Values.Tensor([.. Enumerable.Repeat(3f, 16)], dims);

        var gradients = Differentiation.Append(
            model, builder, feeds.Values, loss, ["w", "v"], out _,
            new GradientOptions { EstimateGradient = true, Seed = 1 });

        Assert.Equal(["w"], gradients.Estimated);
        using var session = Values.Open(model, [gradients.Names["w"], gradients.Names["v"]]);
        var mean = new double[4];
        const int Runs = 100;
        for (var i = 0; i < Runs; i++)
            foreach (var (k, value) in session.Fetch(feeds.Values)[0].Data.Index()) mean[k] += value / Runs;
        for (var k = 0; k < 4; k++) Assert.Equal(3 * (x[k] + x[4 + k] + x[8 + k] + x[12 + k]), mean[k], 0.1 * mean[k]);
        Assert.Equal([.. x.Select((value, i) => value * w[i % 4])], session.Fetch(feeds.Values)[1].Data, Near);

        static bool Near(double a, double b) => Math.Abs(a - b) < 1e-5;
    }

    [Fact]
    public void A_use_of_an_op_that_its_rule_lacks_is_estimated_too()
    {
        var pool = Node("LpPool", ["a"], "y");
        pool.Attribute.Add(NodeAttributes.Make("kernel_shape", (long[])[1]));
        pool.Attribute.Add(NodeAttributes.Make("dilations", (long[])[2]));
        var graph = new GraphProto
        {
            Name = "estimate",
            Input = { Values.FloatInput("x", 4, 1, 3), Values.FloatInput("w", 1, 1, 3) },
            Node = { Node("Mul", ["x", "w"], "a"), pool },
        };
        var loss = new GraphBuilder(graph, 18, "loss::").Op("ReduceSum", ["y"], ("keepdims", 0L));
        using var feeds = new FeedSet();
        feeds.Values["x"] = Values.Tensor([.. Enumerable.Repeat(2f, 12)], 4, 1, 3);
        feeds.Values["w"] = Values.Tensor([1, 2, 3], 1, 1, 3);

        Assert.Throws<GradientException>(() => Append(estimate: false));
        Assert.Equal(["w"], Append(estimate: true).Estimated);

        GraphGradients Append(bool estimate)
        {
            var model = Values.Model(graph.Clone(), 18);
            return Differentiation.Append(
                model, new GraphBuilder(model.Graph, 18, "gradient::"), feeds.Values, loss, ["w"], out _,
                new GradientOptions { EstimateGradient = estimate, Seed = 1 });
        }
    }

    [Fact]
    public void Without_leave_the_op_is_refused_by_name()
    {
        var refused =
            Assert.Throws<GradientException>(() => ProtectionPipeline.Run(Options("scaled.onnx", scaled: true)));

        Assert.Contains("op Imputer", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("--", refused.Remedy, StringComparison.Ordinal);
        Assert.All(refused.Properties, name => Assert.Contains(name, refused.Remedy, StringComparison.Ordinal));
        Assert.Contains(nameof(GradientOptions.EstimateGradient), refused.Properties);
        Assert.All(refused.Properties, name => Assert.NotNull(typeof(SearchSettings).GetProperty(name)));
        Assert.False(File.Exists(_folder["scaled.onnx.out"]));
    }

    [Fact]
    public void Weights_chosen_by_an_estimate_reach_the_target_with_at_most_three_times_as_many()
    {
        var exact = ProtectionPipeline.Run(Options("plain.onnx", scaled: false));
        var options = Options("scaled.onnx", scaled: true);
        var estimated = ProtectionPipeline.Run(
            options with { Search = options.Search with { EstimateGradient = true, MaxWeights = 100 } });

        Assert.True(exact.TargetReached && estimated.TargetReached);
        Assert.Empty(exact.Estimated);
        Assert.InRange(estimated.Estimated.Count, 10, 100);
        Assert.InRange(estimated.WeightsChanged, 1, 3 * exact.WeightsChanged);
    }

    /// <summary>ResNet-20, after a Relu of its middle perhaps an op without a rule that changes no value.</summary>
    private ProtectionOptions Options(string name, bool scaled)
    {
        var model = ModelFile.Open(Repository.Model("resnet20-fmnist.onnx")).ParseWhole();
        if (scaled)
        {
            model.OpsetImport.Add(OtherDomain);
            var relus = model.Graph.Node.Where(node => node.OpType == "Relu").ToArray();
            var relu = relus[relus.Length / 2];
            var value = relu.Output[0];
            relu.Output[0] = "before";
            model.Graph.Node.Insert(model.Graph.Node.IndexOf(relu) + 1, Passed("before", value));
        }

        File.WriteAllBytes(_folder[name], model.ToByteArray());
        return new ProtectionOptions(
            _folder[name], _folder[name + ".out"], _folder[name + ".p7m"], Identity.Of(Key), [Key])
        {
            Data = new DataSettings { Calibration = Examples.Calibration(256) },
            Search = new SearchSettings { MaxWeights = 40, TargetAccuracy = 0.2 },
        };
    }

    /// <summary>(x - 0) * 1, by an op of a domain that has no rules.</summary>
    private static NodeProto Passed(string from, string to)
    {
        // None of the values is the one that it replaces.
        var imputer = Node("Imputer", [from], to, OtherDomain.Domain);
        imputer.Attribute.Add(NodeAttributes.Make("imputed_value_floats", (float[])[0]));
        imputer.Attribute.Add(NodeAttributes.Make("replaced_value_float", 1e30f));
        return imputer;
    }
}
