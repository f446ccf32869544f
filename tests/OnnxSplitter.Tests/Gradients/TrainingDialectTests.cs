using System.Runtime.InteropServices;
using System.Text.Json;
using Google.Protobuf;
using Onnx;
using OnnxSplitter.Data;
using OnnxSplitter.Gradients;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Gradients.Loss;
using OnnxSplitter.Gradients.Rewriting;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Protection.Execution;

namespace OnnxSplitter.Tests.Gradients;

/// <summary>
/// Gradient graphs in both dialects, run by tools/training-runtime on an ONNX Runtime that has the training extension,
/// give the same gradients.
/// </summary>
public sealed class TrainingDialectTests(ITestOutputHelper output) : IDisposable
{
    // What that runtime's release knows.
    private const long NewestOpset = 21;

    private static readonly string Tool = Path.Combine(Repository.Root, "tools", "training-runtime");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_rule_of_the_training_dialect_gives_the_gradients_of_the_portable_one()
    {
        RequireRuntime();
        var rows = RuleTable.Rows.Where(row => row.Training is not null).ToArray();
        var used = new HashSet<string>();
        var cases = RuleCase.All.Where(pair => pair.Value.Opset <= NewestOpset
            && rows.Any(row => (row.Domain, row.Op) == (pair.Value.Case.Domain, pair.Value.Case.Op))).ToArray();
        for (var i = 0; i < cases.Length; i++)
        {
            var (c, opset) = cases[i].Value;
            var random = new Random(20);
            var model = c.Model(opset);
            WorkingForm.Apply(model);
            var inputs = Enumerable.Range(0, c.Inputs.Length).Where(k => c.Inputs[k].Draw is not null).ToDictionary(
                RuleCase.Input, k => (c.Inputs[k].Dims, Data: c.Inputs[k].Draw!(random, c.Inputs[k].Count)));
            var builder = new GraphBuilder(model.Graph, model.OpsetImport[0].Version, "loss::");
            var loss = (c.Used ?? [.. Enumerable.Range(0, c.Outputs)]).Select(RuleCase.Output)
                .Select(y => builder.Op("ReduceSum", [builder.Op("Sin", [y])], ("keepdims", 0L)))
                    .Aggregate(builder.Add);
            used.UnionWith(Write($"{i:d3} {cases[i].Key.Replace('/', '-')}", model, inputs, loss,
                [.. inputs.Keys.Except(c.Fixed.Select(RuleCase.Input))]));
        }

        Compare();
        Assert.Equal(
            ["AveragePoolGrad", "BiasFastGeluGrad_dX", "BiasGeluGrad_dX", "ConvGrad", "FastGeluGrad", "GRUGrad",
                "GatherElementsGrad", "GatherGrad", "GeluGrad", "LSTMGrad", "LayerNormalizationGrad",
                "LeakyReluGrad", "LogSoftmaxGrad_13", "MaxPoolGrad", "QuickGeluGrad", "ReluGrad", "SigmoidGrad",
                "SimplifiedLayerNormalizationGrad", "SliceGrad", "SoftmaxCrossEntropyLossGrad", "SoftmaxGrad_13",
                "TanhGrad"],
            used.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void All_gradients_of_whole_models_are_the_same()
    {
        RequireRuntime();
        const int Batch = 4;
        var data = NumpyArchive.Read(Repository.Model("fashion-mnist-calibration.npz"));
        foreach (var name in (string[])["resnet20-fmnist", "vit-fmnist-named"])
        {
            using var file = ModelFile.Open(Repository.Model($"{name}.onnx"));
            var model = file.ParseWhole();
            WorkingForm.Apply(model);
            var builder = new GraphBuilder(model.Graph, model.OpsetImport[0].Version, "loss::");
            var head = LossHead.Append(
                model.Graph, builder, LossKind.CrossEntropyOfLogits, model.Graph.Output[0].Name, [Batch, 10]);
            var target = new float[Batch * 10];
            for (var i = 0; i < Batch; i++) target[i * 10 + (int)data["label"].As<long>()[i]] = 1;
            var inputs = new Dictionary<string, (long[] Dims, float[] Data)>
            {
                [model.Graph.Input[0].Name] =
                    ([Batch, 1, 28, 28], data["input"].As<float>()[..(Batch * 28 * 28)].ToArray()),
                [head.Target] = ([Batch, 10], target),
            };
            Write(name, model, inputs, head.Value, [.. file.Weights.Select(tensor => tensor.Path)]);
        }

        Compare();
    }

    private static void RequireRuntime()
    {
        Peer.Require("node", "--version");
        if (!Directory.Exists(Path.Combine(Tool, "node_modules")))
            Assert.Skip("tools/training-runtime is not installed: run `npm ci` there.");
    }

    private void Compare() => output.WriteLine(Peer.Run("node", Path.Combine(Tool, "compare.mjs"), _folder.Root));

    /// <summary>Writes a case in both dialects, and returns the training extension's ops that it uses.</summary>
    private string[] Write(string name, ModelProto model,
        Dictionary<string, (long[] Dims, float[] Data)> inputs, string loss, string[] targets)
    {
        string[] used = [];
        foreach (var dialect in Enum.GetValues<GradientDialect>())
        {
            var grown = model.Clone();
            using var feeds = new FeedSet();
            foreach (var (input, (dims, data)) in inputs) feeds.Values[input] = Values.Tensor(data, dims);
            var builder = new GraphBuilder(grown.Graph, grown.OpsetImport[0].Version, "gradient::");
            var gradients = Differentiation.Append(
                grown, builder, feeds.Values, loss, targets, out _, new GradientOptions { Dialect = dialect }).Names;
            grown.Graph.Output.Clear();
            foreach (var (target, gradient) in gradients)
            {
                builder.Alias(gradient, $"gradient of {target}");
                grown.Graph.Output.Add(new ValueInfoProto
                {
                    Name = $"gradient of {target}",
                    Type = Values.FloatInput("", []).Type,
                });
                grown.Graph.Output[^1].Type.TensorType.Shape = null;
            }

            Assert.NotEmpty(grown.Graph.Output);
            File.WriteAllBytes(_folder[$"{name}.{dialect.ToString().ToLowerInvariant()}.onnx"], grown.ToByteArray());
            used = [.. grown.Graph.Node.Select(node => node.OpType)
                .Where(op => op.Contains("Grad", StringComparison.Ordinal)).Distinct()];
            if (dialect == GradientDialect.Portable) Assert.Empty(used);
        }

        File.WriteAllText(
            _folder[$"{name}.json"],
            JsonSerializer.Serialize(inputs.ToDictionary(pair => pair.Key, pair => new
            {
                type = "float32",
                dims = pair.Value.Dims,
                data = Convert.ToBase64String(MemoryMarshal.AsBytes(pair.Value.Data.AsSpan())),
            })));
        return used;
    }
}
