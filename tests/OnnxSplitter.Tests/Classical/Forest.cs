using Onnx;
using Type = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Classical;

/// <summary>Trees that were drawn, as attributes of the ops that hold some.</summary>
internal sealed class Forest
{
    private readonly Random _random;
    private readonly
        List<(int Tree, int Node, string Mode, int Feature, float Threshold, int True, int False)> _nodes = [];

    private readonly List<(int Tree, int Node, int Class, float Weight)> _weights = [];

    /// <summary>Draws trees.</summary>
    /// <param name="random">Where they come from.</param>
    /// <param name="trees">How many.</param>
    /// <param name="depth">Most splits one below the other.</param>
    /// <param name="features">Of an example.</param>
    /// <param name="answered">By tree, the classes that a leaf answers for; drawn for each leaf.</param>
    /// <param name="low">The least weight.</param>
    /// <param name="alone">Whether there may be trees of a leaf alone.</param>
    public Forest(Random random, int trees, int depth, int features, Func<int, IEnumerable<int>> answered,
        float low = -1, bool alone = true)
    {
        _random = random;
        for (var tree = 0; tree < trees; tree++)
        {
            var next = 0;
            Grow(tree, alone && tree > 0 && random.Next(4) == 0 ? 0 : depth, ref next);
        }

        void Grow(int tree, int left, ref int next)
        {
            var (place, node) = (_nodes.Count, next++);
            if (left == 0 || (next > 1 && random.Next(5) == 0))
            {
                _nodes.Add((tree, node, "LEAF", 0, 0, 0, 0));
                foreach (var @class in answered(tree)) _weights.Add((tree, node, @class, Between(low, 1)));
                return;
            }

            _nodes.Add(default);
            var mode = new[] { "BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT" }[random.Next(4)];
            var (feature, threshold, whenTrue) = (random.Next(features), Between(-1, 1), next);
            Grow(tree, left - 1, ref next);
            var whenFalse = next;
            Grow(tree, left - 1, ref next);
            _nodes[place] = (tree, node, mode, feature, threshold, whenTrue, whenFalse);
        }
    }

    /// <summary>How many leaves there are.</summary>
    public int Leaves => _nodes.Count(node => node.Mode == "LEAF");

    /// <summary>How many weights leaves have.</summary>
    public int Weights => _weights.Count;

    /// <summary>A node of ai.onnx.ml 1 or 3.</summary>
    /// <param name="op">Its op.</param>
    /// <param name="ofClasses">Whether it names classes.</param>
    /// <param name="type">Of thresholds and weights: float64 for tensors, otherwise they are lists.</param>
    /// <param name="others">Further attributes.</param>
    public NodeProto Node(string op, bool ofClasses, Type type, params (string Name, object Value)[] others)
    {
        var leaves = ofClasses ? "class" : "target";
        return ClassicalModel.Node(op, classes: ofClasses, attributes:
        [
            ("nodes_treeids", Longs(_nodes.Select(node => node.Tree))),
            ("nodes_nodeids", Longs(_nodes.Select(node => node.Node))),
            ("nodes_modes", _nodes.Select(node => node.Mode).ToArray()),
            ("nodes_featureids", Longs(_nodes.Select(node => node.Feature))),
            ("nodes_truenodeids", Longs(_nodes.Select(node => node.True))),
            ("nodes_falsenodeids", Longs(_nodes.Select(node => node.False))),
            Numbers("nodes_values", _nodes.Select(node => node.Threshold)),
            ($"{leaves}_treeids", Longs(_weights.Select(weight => weight.Tree))),
            ($"{leaves}_nodeids", Longs(_weights.Select(weight => weight.Node))),
            ($"{leaves}_ids", Longs(_weights.Select(weight => weight.Class))),
            Numbers($"{leaves}_weights", _weights.Select(weight => weight.Weight)),
            .. others,
        ]);

        (string, object) Numbers(string name, IEnumerable<float> values) => type == Type.Double
            ? ($"{name}_as_tensor", Tensor(values, type))
            : (name, values.ToArray());
    }

    /// <summary>A node of ai.onnx.ml 5, of trees that have a split, one class a leaf.</summary>
    /// <param name="type">Of thresholds and weights.</param>
    /// <param name="others">Further attributes.</param>
    public NodeProto NodeOfRoots(Type type, params (string Name, object Value)[] others)
    {
        var inner = _nodes.Where(node => node.Mode != "LEAF").ToArray();
        var places = inner.Index().ToDictionary(node => (node.Item.Tree, node.Item.Node), node => (long)node.Index);
        var leaves = _weights.Index()
            .ToDictionary(weight => (weight.Item.Tree, weight.Item.Node), weight => (long)weight.Index);
        string[] modes = ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT"];
        return ClassicalModel.Node("TreeEnsemble", attributes:
        [
            ("tree_roots", inner.Where(node => node.Node == 0).Select(node => places[(node.Tree, 0)]).ToArray()),
            ("nodes_featureids", Longs(inner.Select(node => node.Feature))),
            ("nodes_splits", Tensor(inner.Select(node => node.Threshold), type)),
            ("nodes_modes", new TensorProto
            {
                DataType = (int)Type.Uint8,
                Dims = { inner.Length },
                RawData = Google.Protobuf.ByteString.CopyFrom(
                    [.. inner.Select(node => (byte)Array.IndexOf(modes, node.Mode))]),
            }),
            ("nodes_truenodeids", Next(node => node.True)),
            ("nodes_trueleafs", inner.Select(node => IsLeaf(node.Tree, node.True)).ToArray()),
            ("nodes_falsenodeids", Next(node => node.False)),
            ("nodes_falseleafs", inner.Select(node => IsLeaf(node.Tree, node.False)).ToArray()),
            ("leaf_targetids", Longs(_weights.Select(weight => weight.Class))),
            ("leaf_weights", Tensor(_weights.Select(weight => weight.Weight), type)),
            .. others,
        ]);

        long[] Next(Func<(int Tree, int Node, string, int, float, int True, int False), int> next) =>
        [
            .. inner.Select(node => (node.Tree, next(node)))
                .Select(at => leaves.TryGetValue(at, out var leaf) ? leaf : places[at]),
        ];

        long IsLeaf(int tree, int node) => leaves.ContainsKey((tree, node)) ? 1 : 0;
    }

    private float Between(float low, float high) => low + (float)_random.NextDouble() * (high - low);

    private static long[] Longs(IEnumerable<int> values) => [.. values.Select(value => (long)value)];

    private static TensorProto Tensor(IEnumerable<float> values, Type type)
    {
        var tensor = new TensorProto { DataType = (int)type };
        if (type == Type.Double) tensor.DoubleData.AddRange(values.Select(value => (double)value));
        else tensor.FloatData.AddRange(values);
        tensor.Dims.Add(tensor.DoubleData.Count + tensor.FloatData.Count);
        return tensor;
    }
}
