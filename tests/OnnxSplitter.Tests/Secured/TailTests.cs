using Microsoft.ML.OnnxRuntime;
using Onnx;
using OnnxSplitter.Hosting;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Runtime.Secured;
using OnnxSplitter.SecureWorld.Serving;
using OnnxSplitter.Tests.Cli;

namespace OnnxSplitter.Tests.Secured;

/// <summary>A model of which a trusted process runs what comes from its first changed layer on.</summary>
public sealed class TailTests
{
    [Fact]
    public void Outputs_are_the_originals_bit_for_bit_and_the_host_runs_the_rest()
    {
        using var process = new TrustedProcess(new ShippedSample(harm: 4), "--mode", "tail");
        using var model = process.Connect();
        using var whole = new InferenceSession(process.Sample.Original);
        Assert.Equal(whole.InputNames, model.Inputs.Select(input => input.Name));
        Assert.Equal(whole.OutputNames, model.Outputs.Select(output => output.Name));
        using var connection = HostConnection.Open(process.Endpoint.Path, null, TimeSpan.FromSeconds(30));
        foreach (var batch in new[] { 1, 3, 64 })
        {
            var image = TrustedProcess.Noise(batch, batch);
            Assert.Equal(process.Expected(image, batch), TrustedProcess.Run(model, image, batch));
        }

        // What crosses over is what the last convolution but one gives, not an image.
        Assert.Equal(SecuredMode.Tail, connection.Model.Mode);
        Assert.DoesNotContain(connection.Model.Inputs, input => input.Name == whole.InputNames[0]);
    }

    [Fact]
    public void Inputs_that_do_not_fit_are_refused_before_anything_is_sent()
    {
        using var process = new TrustedProcess(new ShippedSample(harm: 4), "--mode", "tail");
        using var model = process.Connect();
        using var flat = OrtValue.CreateTensorValueFromMemory(new float[784], [1, 784]);
        var output = model.Outputs[0].Name;
        foreach (var inputs in new Dictionary<string, OrtValue>[] { [], new() { [model.Inputs[0].Name] = flat } })
            Assert.Equal(SecuredFailure.Refused,
                Assert.Throws<SecuredException>(() => model.Run(inputs, [output]).Dispose()).Failure);
        Assert.NotEmpty(TrustedProcess.Run(model, TrustedProcess.Noise(1, 1), 1));
    }

    [Fact]
    public void A_model_that_was_disposed_runs_no_more()
    {
        using var process = new TrustedProcess(new ShippedSample(harm: 4), "--mode", "tail");
        var model = process.Connect();
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => TrustedProcess.Run(model, TrustedProcess.Noise(1, 1), 1));
    }

    [Fact]
    public void The_tail_of_a_transformer_is_served_though_no_shape_is_known_there()
    {
        using var process = new TrustedProcess(new ShippedSample(harm: 4, "vit-fmnist.onnx"), "--mode", "tail");
        using var model = process.Connect();
        var image = TrustedProcess.Noise(1, 3);
        Assert.Equal(process.Expected(image, 3), TrustedProcess.Run(model, image, 3));
    }

    [Fact]
    public void A_tail_that_gives_other_outputs_than_the_whole_is_refused_before_it_is_served()
    {
        using var sample = new ShippedSample(harm: 4);
        using var whole = new InferenceSession(sample.Original);
        using var same = new InferenceSession(sample.Original);
        using var other = new InferenceSession(sample.Obfuscated);

        OutputComparison.Tail(whole, whole, same);
        Assert.Contains("other outputs than the whole",
            Assert.Throws<UsageException>(() => OutputComparison.Tail(whole, whole, other)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_whose_first_layer_was_changed_has_nothing_before_it_and_that_is_said()
    {
        using var sample = new ShippedSample(harm: 5);

        var (code, error) = TrustedProcess.Ended(
            [.. sample.CheckArguments(), "--mode", "tail", "--socket", sample.Folder["socket"]]);

        Assert.Equal(2, code);
        Assert.Contains("nothing comes before it", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("whole")]
    [InlineData("tail")]
    [InlineData("corrections")]
    public void An_original_in_the_place_of_what_was_shipped_is_refused_in_every_mode(string mode)
    {
        using var sample = new ShippedSample(harm: 4);
        var arguments = sample.CheckArguments();
        arguments[Array.IndexOf(arguments, sample.Obfuscated)] = sample.Original;

        var (code, error) = TrustedProcess.Ended([.. arguments, "--mode", mode, "--socket", sample.Folder["socket"]]);

        Assert.Equal(5, code);
        Assert.Contains("is not the model these secrets belong to", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_of_a_model_has_the_nodes_and_weights_it_needs_and_no_others()
    {
        // y = Relu(x a) b + c, z = Relu(x a): b is changed, and c is made of constants alone.
        var graph = new GraphProto
        {
            Name = "g",
            Input = { Value("x"), Value("a") },
            Output = { Value("y"), Value("z") },
            Initializer = { Weight("a"), Weight("b"), Weight("d"), Weight("unused") },
            Node =
            {
                Node("MatMul", "h", "x", "a"), Node("Neg", "c", "d"), Node("Relu", "z", "h"),
                Node("MatMul", "y0", "z", "b"), Node("Add", "y", "y0", "c"),
            },
        };
        var bytes = new ModelProto
        {
            IrVersion = 3,
            Graph = graph,
            OpsetImport = { new OperatorSetIdProto { Version = 13 } },
        };
        var tail = GraphTail.Of(graph, ["b"]);
        Assert.Equal(["z"], tail.Crossing);
        Assert.Equal(["y"], tail.Outputs);

        var inside = Parsed(new GraphPart(graph, tail.Crossing, tail.Outputs), [Value("z")], ["y"]);
        Assert.Equal(["c", "y0", "y"], inside.Node.Select(node => node.Output[0]));
        Assert.Equal(["b", "d"], inside.Initializer.Select(tensor => tensor.Name));
        Assert.Equal(["z"], inside.Input.Select(input => input.Name));

        var before = Parsed(new GraphPart(graph, [], ["z"]), null, ["z"]);
        Assert.Equal(["h", "z"], before.Node.Select(node => node.Output[0]));
        Assert.Equal(["a"], before.Initializer.Select(tensor => tensor.Name));
        Assert.Equal(["x", "a"], before.Input.Select(input => input.Name));

        GraphProto Parsed(GraphPart part, ValueInfoProto[]? inputs, string[] outputs) =>
            ModelProto.Parser.ParseFrom(part.Of(Google.Protobuf.MessageExtensions.ToByteArray(bytes), inputs, outputs))
                .Graph;
    }

    private static NodeProto Node(string op, string output, params string[] inputs) =>
        new() { OpType = op, Input = { inputs }, Output = { output } };

    private static TensorProto Weight(string name) =>
        new() { Name = name, DataType = (int)TensorProto.Types.DataType.Float, Dims = { 1, 1 }, FloatData = { 1 } };

    private static ValueInfoProto Value(string name) => new() { Name = name };
}
