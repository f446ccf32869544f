using Google.Protobuf;
using Onnx;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Operators;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Tests.Secrets;
using OnnxSplitter.Vectors.Models;
using Kind = Onnx.AttributeProto.Types.AttributeType;
using Type = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Classical;

/// <summary>Weights in attributes: where they lie, what they are called, and that they are changed in place.</summary>
public sealed class AttributeWeightTests : IDisposable
{
    private static readonly float[] Coefficients = [0.5f, -1, 2, 3, -0.25f, 8, 1, 7];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_list_is_changed_in_place_and_restored_whether_it_is_packed_or_not(bool packed)
    {
        var path = Write(Linear(packed, "coefficients", Coefficients));
        using var file = ModelFile.Open(path);
        var tensor = Assert.Single(file.Weights);
        Assert.Equal("LinearRegressor_0/coefficients", tensor.Path);
        Assert.Equal(packed ? StorageForm.Packed : StorageForm.Tagged, Assert.Single(tensor.Storage.Parts).Form);

        AssertRestored(path, 4);
    }

    [Theory]
    [InlineData(Type.Float)]
    [InlineData(Type.Double)]
    public void A_tensor_is_changed_in_place_and_restored(Type type)
    {
        var forest = new Forest(new Random(1), 3, 3, 4, tree => [tree]);
        var path = Write(ClassicalModel.Of(3, 4, [forest.Node("TreeEnsembleClassifier", ofClasses: true, type,
            ("classlabels_int64s", (long[])[0, 1, 2]))]).ToByteArray());
        using var file = ModelFile.Open(path);

        Assert.Equal($"TreeEnsembleClassifier_0/class_weights{(type == Type.Double ? "_as_tensor" : "")}",
            Assert.Single(file.Weights).Path);
        AssertRestored(path, 4);
    }

    [Fact]
    public void Thresholds_are_counted_and_left_alone()
    {
        var forest = new Forest(new Random(1), 3, 3, 4, _ => [0]);
        var node = forest.Node("TreeEnsembleRegressor", ofClasses: false, Type.Float, ("n_targets", 1L));
        using var file = ModelFile.Open(Write(ClassicalModel.Of(3, 4, [node]).ToByteArray()));

        var thresholds = Assert.Single(file.Skipped);
        Assert.Equal("TreeEnsembleRegressor_0/nodes_values", thresholds.Path);
        Assert.Equal(node.Attribute.Single(one => one.Name == "nodes_values").Floats.Count, thresholds.Weights);
        Assert.Equal(thresholds.Weights + forest.Weights, file.WeightCount);
    }

    [Fact]
    public void Paths_that_two_attributes_or_a_tensor_would_have_get_numbers_behind_all_others()
    {
        // In the file's order, the initializer comes last of all.
        var model = ClassicalModel.Of(1, 4,
        [
            ClassicalModel.Node("Scaler", output: "a", name: "twin",
                attributes: [("offset", Coefficients[..4]), ("scale", Coefficients[..4])]),
            ClassicalModel.Node("Scaler", "a", "b", name: "twin",
                attributes: [("offset", Coefficients[..4]), ("scale", Coefficients[4..])]),
            new NodeProto { OpType = "Add", Input = { "b", "twin/scale" }, Output = { "y" } },
        ]);
        model.Graph.Initializer.Add(new TensorProto
        {
            Name = "twin/scale",
            DataType = (int)Type.Float,
            Dims = { 4 },
            FloatData = { 1, 2, 3, 4 },
        });
        using var file = ModelFile.Open(Write(model.ToByteArray()));

        Assert.Equal(["twin/scale", "twin/offset", "twin/scale#2", "twin/offset#2", "twin/scale#3"],
            file.Weights.Select(tensor => tensor.Path));
        using var stream = file.OpenPart("");
        Assert.Equal(1, Value(stream, file, "twin/scale"));
        Assert.Equal(Coefficients[0], Value(stream, file, "twin/scale#2"));
        Assert.Equal(Coefficients[4], Value(stream, file, "twin/scale#3"));
    }

    [Fact]
    public void A_function_of_the_name_of_an_op_has_no_weights_of_that_ops()
    {
        var call = ClassicalModel.Node("Scaler", attributes:
            [("offset", Coefficients[..4]), ("scale", Coefficients[..4])]);
        var model = ClassicalModel.Of(1, 4, [call]);
        model.Functions.Add(new FunctionProto
        {
            Name = "Scaler",
            Domain = Operator.Classical,
            Input = { "a" },
            Output = { "b" },
            Node = { new NodeProto { OpType = "Neg", Input = { "a" }, Output = { "b" } } },
        });

        var refused = Assert.Throws<ModelFormatException>(
            () => ModelFile.Open(Write(model.ToByteArray())).Dispose());

        Assert.Contains("has no weight tensor", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_attribute_that_is_shorter_than_its_shape_is_refused()
    {
        var node = new Forest(new Random(1), 2, 2, 4, _ => [0]).Node(
            "TreeEnsembleRegressor", ofClasses: false, Type.Double, ("n_targets", 1L));
        node.Attribute.Single(one => one.Name == "target_weights_as_tensor").T.Dims[0] = 1L << 40;

        Assert.Throws<ModelFormatException>(
            () => ModelFile.Open(Write(ClassicalModel.Of(3, 4, [node]).ToByteArray())).Dispose());
    }

    /// <summary>Changes some weights at random, and compares files byte for byte.</summary>
    private void AssertRestored(string path, int count)
    {
        var options = new ProtectionOptions(
            path, _folder["out.onnx"], _folder["out.p7m"], Identity.Of(TestKeys.Signer), [TestKeys.Alice])
        {
            Search = new SearchSettings
            {
                Strategy = StrategyKind.Random,
                Move = MoveKind.Sign,
                Stealth = StealthKind.Off,
                MaxWeights = count,
            },
        };
        var report = UnmeasuredProtection.Run(options);

        Assert.Equal(count, report.WeightsChanged);
        var (before, after) = (File.ReadAllBytes(path), File.ReadAllBytes(options.Output));
        Assert.Equal(before.Length, after.Length);
        Assert.Equal(count, Enumerable.Range(0, before.Length).Count(i => before[i] != after[i]));
        using var secrets = SecretsEnvelope.Open(
            SecretsEnvelope.ReadFile(options.Secrets), TestKeys.Signer, TestKeys.Alice);
        ModelRestorer.RestoreToFile(options.Output, secrets, _folder["back.onnx"], overwrite: false);
        Assert.Equal(before, File.ReadAllBytes(_folder["back.onnx"]));
    }

    private static double Value(Stream stream, ModelFile file, string path)
    {
        var tensor = file.Find(path)!;
        return tensor.Type.Decode(WeightPatcher.Read(stream, tensor, 0));
    }

    private string Write(byte[] model)
    {
        File.WriteAllBytes(_folder["model.onnx"], model);
        return _folder["model.onnx"];
    }

    /// <summary>A LinearRegressor whose list is packed, or has a tag before each number, as Python writes it.</summary>
    private static byte[] Linear(bool packed, string name, float[] values)
    {
        var node = ClassicalModel.Node("LinearRegressor", attributes: [("targets", 2L)]);
        const byte tag = 7 << 3 | 5;
        byte[] list =
        [
            .. new AttributeProto { Name = name, Type = Kind.Floats }.ToByteArray(),
            .. packed
                ? WireField.Of(7, NumpyFile.Bytes(values))
                : values.SelectMany(value => (byte[])[tag, .. BitConverter.GetBytes(value)]),
        ];
        byte[] whole = [.. node.ToByteArray(), .. WireField.Of(5, list)];
        var model = ClassicalModel.Of(1, 4, []);
        var graph = model.Graph;
        model.Graph = null;
        return [.. model.ToByteArray(), .. WireField.Of(7, [.. graph.ToByteArray(), .. WireField.Of(1, whole)])];
    }
}
