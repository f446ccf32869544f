using System.Text.Json;
using Google.Protobuf;
using Onnx;
using OnnxSplitter.Tests.Gradients;
using static OnnxSplitter.Tests.Gradients.Walks;
using Type = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Cli;

public sealed class InspectModelTests : IDisposable
{
    private const string OnnxTestData = "/usr/share/libonnx-testdata/data";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void All_weights_of_a_real_model_are_reached()
    {
        var transcript = Transcript.Of("inspect", Repository.Model("resnet20-fmnist.onnx"), "--json");

        transcript.Done();
        var json = JsonDocument.Parse(transcript.Output).RootElement;
        Assert.All(json.GetProperty("weights").EnumerateArray(), weight =>
            Assert.True(weight.GetProperty("reached").GetBoolean()));
        Assert.Equal(13, json.GetProperty("opset").GetInt64());
    }

    [Fact]
    public void What_a_gradient_does_not_reach_is_listed_with_the_node_that_is_the_reason()
    {
        var branch = new GraphProto { Name = "branch", Output = { Values.FloatInput("b", 3) } };
        branch.Initializer.Add(Weight("inner"));
        branch.Node.Add(Node("Mul", ["last", "inner"], "b"));
        var choice = Node("If", ["condition"], "y");
        choice.Name = "choice";
        foreach (var name in (string[])["then_branch", "else_branch"])
            choice.Attribute.Add(
                new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Graph, G = branch });
        var graph = Graph(
            Node("Mul", ["x", "behind"], "a"),
            Node("Scaler", ["a"], "scaled", "ai.onnx.ml"),
            Node("Mul", ["x", "stopped"], "c"),
            Node("Sign", ["c"], "signs"),
            Node("Mul", ["x", "unused"], "nowhere"),
            Node("Mul", ["scaled", "before"], "d"),
            Node("Add", ["d", "signs"], "last"),
            choice);
        graph.Initializer.Add(new TensorProto { Name = "condition", DataType = (int)Type.Bool, Int32Data = { 1 } });
        foreach (var weight in (string[])["behind", "stopped", "unused", "before"])
            graph.Initializer.Add(Weight(weight));
        graph.Output.Add(Values.FloatInput("y", 3));
        var model = Values.Model(graph, 18);
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "ai.onnx.ml", Version = 1 });
        File.WriteAllBytes(_folder["model.onnx"], model.ToByteArray());

        var transcript = Transcript.Of("inspect", _folder["model.onnx"], "--json");

        transcript.Done();
        var reasons = JsonDocument.Parse(transcript.Output).RootElement.GetProperty("weights").EnumerateArray()
            .ToDictionary(
            weight => weight.GetProperty("path").GetString()!,
            weight => weight.TryGetProperty("reason", out var reason) ? reason.GetString() : null);
        Assert.Null(reasons["before"]);
        Assert.Null(reasons["choice/then_branch/inner"]);
        Assert.Null(reasons["choice/else_branch/inner"]);
        Assert.Contains("op Scaler", reasons["behind"], StringComparison.Ordinal);
        Assert.Contains("no gradient rule", reasons["behind"], StringComparison.Ordinal);
        Assert.Contains("op Sign", reasons["stopped"], StringComparison.Ordinal);
        Assert.Contains("no output depends on it", reasons["unused"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_says_how_many_weights_are_reached()
    {
        var transcript = Transcript.Of("inspect", Repository.Model("resnet20-fmnist.onnx"));

        transcript.Done();
        Assert.Contains("A gradient reaches", transcript.Output, StringComparison.Ordinal);
        Assert.Contains("reaches it", transcript.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_PyTorch_models_of_an_old_format_every_weight_is_listed()
    {
        if (!Directory.Exists(OnnxTestData)) Assert.Skip("ONNX's test data (libonnx-testdata) is not installed.");
        var listed = 0;
        foreach (var path in Directory.EnumerateFiles(OnnxTestData, "model.onnx", SearchOption.AllDirectories)
            .Where(path => path.Contains("pytorch", StringComparison.Ordinal)))
        {
            var graph = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path)).Graph;
            var trained = graph.Initializer.Where(tensor =>
                tensor.DataType == (int)Type.Float && tensor.Dims.Aggregate(1L, (product, dim) => product * dim) > 1)
                .Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);

            // The root of a variance below zero is no number: it is the fifth input, and no weight.
            trained.ExceptWith(graph.Node.Where(node => node.OpType == "BatchNormalization")
                .Select(node => node.Input[4]));

            var transcript = Transcript.Of("inspect", path, "--json");

            if (trained.Count == 0 && transcript.Code != 0) continue;
            Assert.True(transcript.Code == 0, $"{path}: {transcript.Error}");
            var weights = JsonDocument.Parse(transcript.Output).RootElement.GetProperty("weights").EnumerateArray()
                .Select(weight => weight.GetProperty("path").GetString());
            Assert.Superset(trained, weights.ToHashSet(StringComparer.Ordinal)!);
            listed++;
        }

        Assert.InRange(listed, 45, 117);
    }

    [Fact]
    public void Weights_of_an_opset_that_gradients_do_not_know_are_listed_with_that_reason()
    {
        var graph = Graph(Node("Mul", ["x", "w"], "y"));
        graph.Initializer.Add(Weight("w"));
        graph.Output.Add(Values.FloatInput("y", 3));
        File.WriteAllBytes(_folder["model.onnx"], Values.Model(graph, 6).ToByteArray());

        var transcript = Transcript.Of("inspect", _folder["model.onnx"], "--json");

        transcript.Done();
        var weight = JsonDocument.Parse(transcript.Output).RootElement.GetProperty("weights")[0];
        Assert.False(weight.GetProperty("reached").GetBoolean());
        Assert.Contains("opset 6", weight.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_share_of_what_nothing_can_change_is_told()
    {
        var graph = Graph(
            Node("Mul", ["x", "w"], "a"), Node("Conv", ["a", "blocked"], "b", "com.microsoft.nchwc"),
            Node("Attend", ["b", "table"], "y", "some.ops"));
        foreach (var weight in (string[])["w", "blocked", "table"]) graph.Initializer.Add(Weight(weight));
        graph.Output.Add(Values.FloatInput("y", 3));
        File.WriteAllBytes(_folder["model.onnx"], Values.Model(graph, 18).ToByteArray());

        var table = Transcript.Of("inspect", _folder["model.onnx"]);
        var json = JsonDocument.Parse(Transcript.Of("inspect", _folder["model.onnx"], "--json").Output).RootElement;

        table.Done();
        Assert.Contains("Left alone: table: what op some.ops.Attend does", table.Output, StringComparison.Ordinal);
        Assert.Contains("33.3 % of the file's 9 weights can't be changed.", table.Output, StringComparison.Ordinal);
        Assert.Equal(9, json.GetProperty("weightsOfModel").GetInt64());
        Assert.Equal(3, json.GetProperty("skipped")[0].GetProperty("count").GetInt64());
        Assert.Equal(["w", "blocked"],
            json.GetProperty("weights").EnumerateArray().Select(weight => weight.GetProperty("path").GetString()));
    }

    [Fact]
    public void An_identity_is_of_no_use_for_a_model() =>
        Transcript.Of("inspect", Repository.Model("resnet20-fmnist.onnx"), "-i", "key.pem").Refused(2);

    private static TensorProto Weight(string name) =>
        new() { Name = name, DataType = (int)Type.Float, Dims = { 3 }, RawData = ByteString.CopyFrom(new byte[12]) };
}
