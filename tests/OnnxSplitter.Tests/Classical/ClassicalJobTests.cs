using System.Text;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Onnx;
using OnnxSplitter.Data;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Tests.Cli;
using OnnxSplitter.Tests.Protection;
using Type = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Classical;

/// <summary>Whole jobs on classical models, in the shapes in which exporters write them.</summary>
public sealed class ClassicalJobTests : IDisposable
{
    private const int Features = 4;

    private readonly TemporaryFolder _folder = new();
    private readonly Identity _signer = Identity.Of(SmallJobs.Key);

    public void Dispose()
    {
        _signer.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Boosted_trees_behind_a_map_of_classes()
    {
        var report = Run(Mapped(Boosted()));

        Assert.True(report.TargetReached, report.ToString());
        Assert.Equal("y", report.Details!.Output);
        Assert.Contains("nodes_values", Assert.Single(report.Unreached).Path, StringComparison.Ordinal);
        AssertOpensAsTheOriginal(report);
    }

    [Fact]
    public void Scaled_features_of_a_linear_classifier_with_normalised_probabilities()
    {
        var random = new Random(2);
        var model = ClassicalModel.Of(1, Features,
        [
            ClassicalModel.Node("Scaler", output: "s",
                attributes: [("offset", Numbers(random, Features)), ("scale", new float[] { 1, 2, 0.5f, 1.5f })]),
            ClassicalModel.Node("LinearClassifier", "s", "score", classes: true, attributes:
            [
                ("coefficients", Numbers(random, 3 * Features)), ("intercepts", Numbers(random, 3)),
                ("classlabels_ints", (long[])[0, 1, 2]), ("multi_class", 1L), ("post_transform", "SOFTMAX"),
            ]),
            ClassicalModel.Node("Normalizer", "score", attributes: [("norm", "L1")]),
        ]);

        var report = Run(model);

        Assert.True(report.TargetReached, report.ToString());
        Assert.Empty(report.Unreached);
        AssertOpensAsTheOriginal(report);
    }

    [Fact]
    public void Weights_before_trees_are_named_as_out_of_reach()
    {
        var trees = Boosted();
        trees.Input[0] = "s";
        var model = Mapped(trees);
        model.Graph.Node.Insert(0, new NodeProto { OpType = "Sub", Input = { "x", "mean" }, Output = { "s" } });
        model.Graph.Initializer.Add(new TensorProto
        {
            Name = "mean",
            DataType = (int)Type.Float,
            Dims = { Features },
            FloatData = { 0.1f, 0.2f, 0.3f, 0.4f },
        });

        var report = Run(model);

        Assert.True(report.TargetReached, report.ToString());
        Assert.Contains("is a step", report.Unreached.Single(one => one.Path == "mean").Reason,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_that_are_passed_through_come_first_and_texts_are_drawn_from_those_that_are_known()
    {
        var random = new Random(3);
        var model = ClassicalModel.Of(2, Features,
        [
            ClassicalModel.Node("LabelEncoder", "city", "id",
                attributes: [("keys_strings", new[] { "rome", "lima", "oslo" }), ("values_int64s", (long[])[1, 2, 3])]),
            ClassicalModel.Node("OneHotEncoder", "id", "hot", attributes: [("cats_int64s", (long[])[1, 2, 3])]),
            ClassicalModel.Node("Scaler", output: "scaled",
                attributes: [("offset", new float[Features]), ("scale", new float[] { 1.8f, 1.7f, 1.75f, 1.7f })]),
            Vectorizer(),
            ClassicalModel.Node("LinearRegressor", "features", attributes:
                [("targets", 1L), ("coefficients", Numbers(random, 3 + Features)), ("intercepts", new[] { 0.1f })]),
            new NodeProto { OpType = "Identity", Input = { "x" }, Output = { "x.output" } },
            new NodeProto { OpType = "Identity", Input = { "other" }, Output = { "other.output" } },
            new NodeProto { OpType = "Identity", Input = { "scaled" }, Output = { "scaled.output" } },
        ]);
        model.Graph.Input.Add(SmallModel.Value("city", Type.String, "n", 1));
        model.Graph.Input.Add(SmallModel.Value("other", Type.String, "n", 1));
        model.Graph.Output.Insert(0, SmallModel.Value("scaled.output", Type.Float, "n", Features));
        model.Graph.Output.Insert(0, SmallModel.Value("other.output", Type.String, "n", 1));
        model.Graph.Output.Insert(0, SmallModel.Value("x.output", Type.Float, "n", Features));

        var report = Run(model);

        Assert.True(report.TargetReached, report.ToString());
        Assert.Equal("y", report.Details!.Output);
        Assert.Equal("3 texts that the model knows", report.DrawnValues["city"]);
        Assert.Equal("empty strings", report.DrawnValues["other"]);

        static NodeProto Vectorizer()
        {
            var node = ClassicalModel.Node("FeatureVectorizer", "hot", "features",
                attributes: [("inputdimensions", (long[])[3, Features])]);
            node.Input.Add("scaled");
            return node;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Labels_of_the_data_may_be_what_the_model_calls_its_classes(bool texts)
    {
        // A map is read by its keys in order, which is not that of the op.
        string[] names = ["pear", "apple", "fig"];
        var model = ClassicalModel.Of(1, Features,
        [
            ClassicalModel.Node("LinearClassifier", output: "score", classes: true, attributes:
            [
                ("coefficients", new float[] { 5, 0, 0, 0, 0, 5, 0, 0, 0, 0, 5, 0 }), ("intercepts", new float[3]),
                texts ? ("classlabels_strings", names) : ("classlabels_ints", (long[])[30, 10, 20]),
            ]),
            ClassicalModel.Node("ZipMap", "score",
                attributes: [texts ? ("classlabels_strings", names) : ("classlabels_int64s", (long[])[30, 10, 20])]),
        ]);
        model.Graph.Output.Clear();
        model.Graph.Output.Add(Map("y", texts ? Type.String : Type.Int64));
        var path = Write(model);
        var random = new Random(4);
        var data = Numbers(random, 90 * Features);
        int[] classes = [.. data.Chunk(Features).Select(row => Array.IndexOf(row, row[..3].Max()))];
        var (kind, labels) = texts
            ? ("<U5", classes.SelectMany(place => Padded(names[place])).ToArray())
            : ("<i8", NumpyFile.Bytes(classes.Select(place => new long[] { 30, 10, 20 }[place]).ToArray()));
        var examples = NumpyFile.Write(_folder["examples.npz"],
            ("x", "<f4", [90, Features], NumpyFile.Bytes(data)), ("label", kind, [90], labels));

        var transcript = Transcript.Of("evaluate", path, "--data", examples);

        transcript.Done();
        Assert.Contains("Balanced accuracy 100.0 %", transcript.Output, StringComparison.Ordinal);

        static byte[] Padded(string text) => Encoding.UTF32.GetBytes(text.PadRight(5, '\0'));
    }

    [Fact]
    public void A_label_that_is_none_of_the_models_classes_is_refused_by_name()
    {
        var path = Write(Mapped(Boosted()));
        var examples = NumpyFile.Write(_folder["examples.npz"],
            ("x", "<f4", [2, Features], new byte[2 * Features * sizeof(float)]),
            ("label", "<U1", [2], Encoding.UTF32.GetBytes("0x")));

        var transcript = Transcript.Of("evaluate", path, "--data", examples);

        Assert.NotEqual(0, transcript.Code);
        Assert.Contains("none of the model's classes (0, 1, 2)", transcript.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_written_out_is_listed_with_its_reason_and_with_the_opset_of_its_own_domain()
    {
        var random = new Random(5);
        var machine = ClassicalModel.Node("SVMRegressor", output: "z", attributes:
        [
            ("kernel_type", "RBF"), ("kernel_params", new[] { 0.1f, 0, 0 }), ("n_supports", 3L), ("one_class", 1L),
            ("coefficients", Numbers(random, 3)), ("rho", new[] { 0.5f }),
            ("support_vectors", Numbers(random, 3 * Features)),
        ]);
        var model = ClassicalModel.Of(3, Features,
        [
            ClassicalModel.Node("Imputer", output: "whole", attributes: [("imputed_value_floats", new float[1])]),
            machine,
            new NodeProto { OpType = "Mul", Input = { "x", "w" }, Output = { "v" } },
            ClassicalModel.Node("Imputer", "v", "u", name: "filled",
                attributes: [("imputed_value_floats", new float[1])]),
            new NodeProto { OpType = "Add", Input = { "u", "z" }, Output = { "y" } },
        ]);
        model.Graph.Initializer.Add(new TensorProto
        {
            Name = "w",
            DataType = (int)Type.Float,
            Dims = { Features },
            FloatData = { 1, 2, 3, 4 },
        });

        var transcript = Transcript.Of("inspect", Write(model), "--json");

        transcript.Done();
        Assert.Contains("it answers with a sign alone", transcript.Output, StringComparison.Ordinal);
        Assert.Contains("op Imputer, domain 'ai.onnx.ml', opset 3", transcript.Output
            .Replace("\\u0027", "'", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("SVMRegressor_1/support_vectors", transcript.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Nodes_that_share_a_name_and_classes_that_numbers_come_of_are_left_as_they_are()
    {
        var random = new Random(7);
        NodeProto[] twins =
        [
            .. new[] { ("x", "a"), ("a", "b") }.Select(ends => ClassicalModel.Node("Scaler", ends.Item1, ends.Item2,
                name: "twin",
                attributes: [("offset", Numbers(random, Features)), ("scale", Numbers(random, Features))])),
        ];
        var classifier = ClassicalModel.Node("LinearClassifier", "b", "score", classes: true, attributes:
        [
            ("coefficients", Numbers(random, 3 * Features)), ("intercepts", Numbers(random, 3)),
            ("classlabels_ints", (long[])[0, 1, 2]),
        ]);
        var cast = new NodeProto { OpType = "Cast", Input = { "label" }, Output = { "y" } };
        cast.Attribute.Add(NodeAttributes.Make("to", (long)Type.Float));

        var transcript = Transcript.Of("inspect", Write(ClassicalModel.Of(1, Features, [.. twins, classifier, cast])),
            "--json");

        transcript.Done();
        Assert.Contains("another node has its name", transcript.Output, StringComparison.Ordinal);
        Assert.Contains("numbers are computed from the classes", transcript.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_of_which_nothing_can_be_changed_is_not_told_to_be_exported_otherwise()
    {
        var node = ClassicalModel.Node("Imputer", attributes: [("imputed_value_floats", new float[] { 1, 2, 3, 4 })]);

        var transcript = Transcript.Of("inspect", Write(ClassicalModel.Of(1, Features, [node])));

        Assert.NotEqual(0, transcript.Code);
        Assert.Contains("Imputer_0/imputed_value_floats", transcript.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Export the model", transcript.Error, StringComparison.Ordinal);
    }

    private ProtectionReport Run(ModelProto model) => ProtectionPipeline.Run(
        new ProtectionOptions(Write(model), _folder["out.onnx"], _folder["out.p7m"], _signer, [SmallJobs.Key])
        {
            Search = new SearchSettings { Stealth = StealthKind.Off },
        });

    /// <summary>Opens what was written as a host does, and compares outputs with the original's.</summary>
    private void AssertOpensAsTheOriginal(ProtectionReport report)
    {
        using var restored = ProtectedModel.Open(report.Output, report.Secrets, SmallJobs.Key, SmallJobs.Key);
        using var original = new InferenceSession(_folder["model.onnx"]);
        using var obfuscated = new InferenceSession(report.Output);
        Assert.Equal(Scores(original), Scores(restored));
        Assert.NotEqual(Scores(original), Scores(obfuscated));
    }

    private static float[] Scores(InferenceSession session)
    {
        using var feeds = new FeedSet();
        feeds.Values["x"] = AlignedTensor.Of(Numbers(new Random(6), 20 * Features), [20, Features]);
        using var run = new RunOptions();
        using var results = session.Run(run, ["x"], [feeds.Values["x"]], ["y"]);
        return OrtFloats.Read(results[0]).ToArray();
    }

    private string Write(ModelProto model)
    {
        File.WriteAllBytes(_folder["model.onnx"], model.ToByteArray());
        return _folder["model.onnx"];
    }

    private static NodeProto Boosted()
    {
        var forest = new Forest(new Random(1), 9, 3, Features, tree => [tree % 3], alone: false);
        var node = forest.Node("TreeEnsembleClassifier", ofClasses: true, Type.Float,
            ("classlabels_int64s", (long[])[0, 1, 2]), ("post_transform", "SOFTMAX"));
        node.Output[1] = "score";
        return node;
    }

    /// <summary>A classifier of three classes, with maps of them for an output, and the classes before.</summary>
    private static ModelProto Mapped(NodeProto classifier)
    {
        var model = ClassicalModel.Of(1, Features,
        [
            classifier,
            ClassicalModel.Node("ZipMap", "score", attributes: [("classlabels_int64s", (long[])[0, 1, 2])]),
        ]);
        model.Graph.Output.Clear();
        model.Graph.Output.Add(SmallModel.Value("label", Type.Int64, "n"));
        model.Graph.Output.Add(Map("y", Type.Int64));
        return model;
    }

    private static ValueInfoProto Map(string name, Type key) => new()
    {
        Name = name,
        Type = new TypeProto
        {
            SequenceType = new TypeProto.Types.Sequence
            {
                ElemType = new TypeProto
                {
                    MapType = new TypeProto.Types.Map
                    {
                        KeyType = (int)key,
                        ValueType = new TypeProto
                        {
                            TensorType = new TypeProto.Types.Tensor { ElemType = (int)Type.Float },
                        },
                    },
                },
            },
        },
    };

    private static float[] Numbers(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble() * 2 - 1)];
}
