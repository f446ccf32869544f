using CsCheck;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Onnx;
using OnnxSplitter.Data;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Gradients.Rewriting;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Tests.Gradients;
using OnnxSplitter.Tests.Protection;
using Type = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Classical;

/// <summary>Classical models that are written out of standard ops compute what ONNX Runtime's kernels do.</summary>
public sealed class WrittenOutTests
{
    private const int Features = 4;
    private const int Examples = 70;
    private const double Rounding = 2e-5;

    private static readonly string[] Transforms = ["NONE", "LOGISTIC", "SOFTMAX", "SOFTMAX_ZERO"];
    private static readonly string[] Functions = ["SUM", "AVERAGE", "MIN", "MAX"];

    private static Gen<Random> Drawn { get; } = Gen.Int.Select(seed => new Random(seed));

    [Fact]
    public void Trees_that_give_targets() => Drawn.Holds(random =>
    {
        var targets = random.Next(1, 4);
        var type = random.Next(2) == 0 ? Type.Float : Type.Double;
        var boosted = random.Next(2) == 0;
        var forest = new Forest(random, random.Next(1, 6), 3, Features, tree =>
            boosted ? [tree % targets] : Enumerable.Range(0, targets).Where(_ => targets == 1 || random.Next(3) > 0));
        Agrees(3, forest.Node("TreeEnsembleRegressor", ofClasses: false, type,
            [
                ("n_targets", (long)targets), ("post_transform", Any(random, Transforms)),
                ("aggregate_function", Any(random, Functions)), .. Bases(random, targets, type),
            ]), random, type);
    });

    [Fact]
    public void Trees_that_give_more_than_two_classes() => Drawn.Holds(random =>
    {
        var classes = random.Next(3, 5);
        var type = random.Next(2) == 0 ? Type.Float : Type.Double;
        var boosted = random.Next(2) == 0;
        var forest = new Forest(random, random.Next(1, 6), 3, Features, tree =>
            boosted ? [tree % classes] : Enumerable.Range(0, classes).Where(_ => random.Next(3) > 0).DefaultIfEmpty(0));
        Agrees(3, forest.Node("TreeEnsembleClassifier", ofClasses: true, type,
            [
                ("classlabels_int64s", Labels(classes)), ("post_transform", Any(random, Transforms)),
                .. Bases(random, classes, type),
            ]), random, type);
    });

    [Fact]
    public void Trees_that_give_two_classes() => Drawn.Holds(random =>
    {
        var type = random.Next(2) == 0 ? Type.Float : Type.Double;
        var (form, first) = (random.Next(4), random.Next(2));
        var forest = new Forest(random, random.Next(1, 6), 3, Features, _ => form switch
        {
            0 => [0, 1],
            1 => [random.Next(2)],
            _ => [form == 3 ? first : 0],
        }, low: random.Next(2) - 1);
        var bases = random.Next(form > 1 && type == Type.Float ? 3 : 2) switch { 0 => 0, 1 => 2, _ => 1 };
        Agrees(3, forest.Node("TreeEnsembleClassifier", ofClasses: true, type,
            [
                ("classlabels_int64s", Labels(2)), ("post_transform", Any(random, Transforms)),
                .. bases == 0 ? [] : Bases(random, bases, type, always: true),
            ]), random, type);
    }, draws: 200);

    [Fact]
    public void Trees_of_roots() => Drawn.Holds(random =>
    {
        var targets = random.Next(1, 4);
        var type = random.Next(2) == 0 ? Type.Float : Type.Double;
        NodeProto node;
        do
        {
            node = new Forest(random, random.Next(1, 6), 3, Features, _ => [random.Next(targets)], alone: false)
                .NodeOfRoots(type,
                    ("n_targets", (long)targets), ("post_transform", (long)random.Next(4)),
                    ("aggregate_function", (long)random.Next(4)));
        }
        while (RootsLookLikeLeaves(node));
        Agrees(5, node, random, type);
    });

    [Fact]
    public void Linear_models() => Drawn.Holds(random =>
    {
        var targets = random.Next(1, 4);
        var transform = ("post_transform", (object)Any(random, Transforms));
        Agrees(1, random.Next(2) == 0
            ? ClassicalModel.Node("LinearRegressor", attributes:
            [
                ("targets", (long)targets), ("coefficients", Numbers(random, targets * Features)), transform,
                .. random.Next(2) == 0
                    ? [("intercepts", (object)Numbers(random, targets))]
                    : Array.Empty<(string, object)>(),
            ])
            : ClassicalModel.Node("LinearClassifier", classes: true, attributes:
            [
                ("classlabels_ints", Labels(targets == 1 ? 2 : targets)), transform,
                ("coefficients", Numbers(random, targets * Features)), ("intercepts", Numbers(random, targets)),
            ]), random, Type.Float);
    });

    [Fact]
    public void Scaled_features() => Drawn.Holds(random =>
    {
        var count = random.Next(2) == 0 ? 1 : Features;
        Agrees(1, ClassicalModel.Node("Scaler", attributes:
            [("offset", Numbers(random, count)), ("scale", Numbers(random, count))]), random,
            Any(random, [Type.Float, Type.Double]));
    }, draws: 20);

    [Fact]
    public void Support_vector_machines() => Drawn.Holds(random =>
    {
        var (vectors, classes) = (random.Next(0, 7), random.Next(2, 5));
        (string, object)[] kernel =
        [
            ("kernel_type", Any(random, ["LINEAR", "RBF", "POLY", "SIGMOID"])),
            ("kernel_params", new[] { 0.3f, 0.2f, random.Next(2, 4) }),
        ];
        if (random.Next(2) == 0)
        {
            Agrees(1, ClassicalModel.Node("SVMRegressor", attributes:
            [
                .. kernel, ("n_supports", (long)vectors), ("rho", Numbers(random, 1)),
                ("coefficients", Numbers(random, vectors == 0 ? Features : vectors)),
                .. vectors == 0 ? Array.Empty<(string, object)>()
                    : [("support_vectors", Numbers(random, vectors * Features))],
            ]), random, Type.Float);
            return;
        }

        var perClass = Enumerable.Range(0, classes).Select(_ => (long)random.Next(1, 4)).ToArray();
        var all = (int)perClass.Sum();
        (string, object)[] held = vectors == 0
            ? [("coefficients", Numbers(random, classes * Features)), ("rho", Numbers(random, 1))]
            : [
                ("coefficients", Numbers(random, (classes - 1) * all)),
                ("rho", Numbers(random, classes * (classes - 1) / 2)), ("vectors_per_class", perClass),
                ("support_vectors", Numbers(random, all * Features)),
            ];
        Agrees(1, ClassicalModel.Node("SVMClassifier", classes: true, attributes:
            [.. kernel, .. held, ("classlabels_ints", Labels(classes)), ("post_transform", Any(random, Transforms))]),
            random, Type.Float);
    });

    [Fact]
    public void Attributes_in_a_branch_bear_the_path_that_the_file_gives_them()
    {
        var scaler = ClassicalModel.Node("Scaler", output: "z",
            attributes: [("offset", new float[] { 1, 2, 3, 4 }), ("scale", new float[] { 4, 3, 2, 1 })]);
        var choice = new NodeProto { OpType = "If", Input = { "condition" }, Output = { "y" } };
        foreach (var name in (string[])["then_branch", "else_branch"])
            choice.Attribute.Add(new AttributeProto
            {
                Name = name,
                Type = AttributeProto.Types.AttributeType.Graph,
                G = new GraphProto
                {
                    Name = name,
                    Node = { scaler.Clone() },
                    Output = { SmallModel.Value("z", Type.Float, "n", Features) },
                },
            });
        var model = ClassicalModel.Of(1, Features, [choice]);
        model.Graph.Initializer.Add(
            new TensorProto { Name = "condition", DataType = (int)Type.Bool, Int32Data = { 1 } });
        using var file = ModelFile.Of(model.ToByteArray(), "branches");
        var paths = file.Weights.Select(tensor => tensor.Path).ToArray();
        Assert.Equal(4, paths.Length);
        var expected = Run(model, Numbers(new Random(1), Examples * Features), Type.Float);

        WorkingForm.Apply(model);
        WorkingForm.TakeBranches(
            model.Graph, new Dictionary<string, bool>(StringComparer.Ordinal) { ["condition"] = true });

        Assert.Equal(paths[..2], model.Graph.Initializer.Select(tensor => tensor.Name)
            .Where(name => name.Contains("Scaler", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(expected.Data, Run(model, Numbers(new Random(1), Examples * Features), Type.Float).Data);
    }

    /// <summary>Whether ONNX Runtime would take a root for a leaf, by the numbers of what comes next.</summary>
    private static bool RootsLookLikeLeaves(NodeProto node) => node.Ints("tree_roots")!.Any(root =>
        node.Ints("nodes_truenodeids")![root] == node.Ints("nodes_falsenodeids")![root]);

    /// <summary>Runs a node as it is, and written out.</summary>
    private static void Agrees(long version, NodeProto node, Random random, Type type)
    {
        var model = ClassicalModel.Of(version, Features, [node], type);
        var written = model.Clone();
        WorkingForm.Apply(written);

        Assert.DoesNotContain(written.Graph.Node, other => other.Output.Contains("y") && other.OpType == node.OpType);
        Assert.Contains(written.Graph.Initializer,
            tensor => tensor.Name.StartsWith($"{node.OpType}_0/", StringComparison.Ordinal));
        var data = Numbers(random, Examples * Features);
        var (expected, found) = (Run(model, data, type), Run(written, data, type));
        Assert.Equal(expected.Dims, found.Dims);
        for (var i = 0; i < expected.Data.Length; i++)
            Assert.True(
                expected.Data[i].Equals(found.Data[i])
                || Math.Abs(expected.Data[i] - found.Data[i]) <= Rounding * Math.Max(1, Math.Abs(expected.Data[i])),
                $"Value {i} is {found.Data[i]} instead of {expected.Data[i]}: {node}");
    }

    private static (long[] Dims, double[] Data) Run(ModelProto model, float[] data, Type type)
    {
        using var feeds = new FeedSet();
        feeds.Values["x"] = type == Type.Double
            ? OrtValue.CreateTensorValueFromMemory(data.Select(value => (double)value).ToArray(), [Examples, Features])
            : Values.Tensor(data, Examples, Features);
        using var session = Values.Open(model, ["y"]);
        return session.Fetch(feeds.Values)[0];
    }

    private static (string, object)[] Bases(Random random, int count, Type type, bool always = false)
    {
        if (!always && random.Next(2) == 0) return [];
        var values = Numbers(random, count);
        return type == Type.Double
            ?
            [
                ("base_values_as_tensor", new TensorProto
                {
                    DataType = (int)Type.Double,
                    Dims = { count },
                    DoubleData = { values.Select(value => (double)value) },
                }),
            ]
            : [("base_values", values)];
    }

    private static T Any<T>(Random random, T[] from) => from[random.Next(from.Length)];

    private static long[] Labels(int count) => [.. Enumerable.Range(0, count).Select(i => 10L * i)];

    private static float[] Numbers(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble() * 2 - 1)];
}
