using Onnx;
using OnnxSplitter.Gradients.Building;

namespace OnnxSplitter.Gradients.Rewriting.Classical;

/// <summary>What an ensemble's trees answer together: the weights of the leaves that examples end in.</summary>
/// <remarks>
/// Which leaf that is, the op itself says, asked with the leaves' own numbers for weights; so a search never walks a
/// tree, and ties and missing values go as they go in the model.
/// </remarks>
internal sealed class TreeScores
{
    // Of the table of leaves by classes: 512 MB.
    private const long MostPlaces = 1 << 26;

    private readonly ClassicalNode _c;
    private readonly GraphBuilder _g;
    private readonly TreeLeaves _leaves;
    private readonly int _classes;
    private readonly string _index;
    private readonly string _weights;
    private readonly long _missing;
    private readonly int[]? _classOfTree;

    /// <summary>Says what examples end in.</summary>
    /// <param name="c">The node.</param>
    /// <param name="leaves">Its leaves.</param>
    /// <param name="classes">How many classes or targets there are.</param>
    /// <param name="index">The number of each tree's leaf, as floats: [batch, trees].</param>
    /// <param name="attribute">Name of the attribute of the leaves' weights.</param>
    public TreeScores(ClassicalNode c, TreeLeaves leaves, int classes, string index, string attribute)
    {
        (_c, _g, _leaves, _classes) = (c, c.Graph, leaves, classes);
        _classOfTree = OneClassEach();
        Bounded(_classOfTree is null ? leaves.Count : leaves.Trees);
        _index = _g.Op("Cast", [index], ("to", (long)TensorProto.Types.DataType.Int64));

        // Behind the last weight lies a zero, for leaves that do not answer for a class.
        var weights = c.Weights(attribute);
        _weights = _g.Concat([weights, _g.Op("CastLike", [_g.Zeros(1), weights])], 0);
        _missing = c.Count(attribute);
    }

    /// <summary>Sums over all trees: [batch, classes].</summary>
    public string Sum()
    {
        if (_classOfTree is null) return _g.ReduceSum(Answers(), [1], keepDims: false);
        var weights = _g.Op("Gather", [_weights, _g.Op("Gather", [OnePlaceEach(), _index])]);
        var choice = new float[_leaves.Trees * _classes];
        for (var tree = 0; tree < _leaves.Trees; tree++) choice[tree * _classes + _classOfTree[tree]] = 1;
        return _g.MatMul(_g.AsFloats(weights), _g.Floats(choice, _leaves.Trees, _classes));
    }

    /// <summary>The least or the highest of all trees: [batch, classes].</summary>
    /// <param name="reduction">ReduceMin or ReduceMax.</param>
    public string Extreme(string reduction)
    {
        var beyond = _g.Scalar(reduction == "ReduceMin" ? float.MaxValue : float.MinValue);
        var answers = _g.Op("Where", [_g.Op("Greater", [Answering(), _g.Scalar(0)]), Answers(), beyond]);
        return _g.Op(reduction, [answers, _g.Ints(1)], ("keepdims", 0L));
    }

    /// <summary>
    /// A value of each class, or zero where no tree answers for it, as ONNX Runtime has it: [batch, classes].
    /// </summary>
    public string Answered(string value) => AllAnswered ? value
        : _g.Op("Where", [IsAnswered(), value, _g.Scalar(0)]);

    /// <summary>Whether any tree answers for a class: [batch, classes].</summary>
    public string IsAnswered() =>
        _g.Op("Greater", [_g.Op("ReduceMax", [Answering(), _g.Ints(1)], ("keepdims", 0L)), _g.Scalar(0)]);

    /// <summary>Whether for each class there is a tree all leaves of which answer for it.</summary>
    private bool AllAnswered
    {
        get
        {
            var leaves = _leaves.TreeOf.CountBy(tree => tree).ToDictionary();
            return _leaves.Answers.CountBy(answer => (Tree: _leaves.TreeOf[answer.Leaf], answer.Class))
                .Where(answers => answers.Value == leaves[answers.Key.Tree])
                .Select(answers => answers.Key.Class).Distinct().Count() == _classes;
        }
    }

    /// <summary>1 where the leaf of a tree answers for a class, 0 elsewhere: [batch, trees, classes].</summary>
    private string Answering()
    {
        Bounded(_leaves.Count);
        var table = new float[_leaves.Count * _classes];
        foreach (var (leaf, @class, _) in _leaves.Answers) table[leaf * _classes + @class] = 1;
        return _g.Op("Gather", [_g.Floats(table, _leaves.Count, _classes), _index]);
    }

    /// <summary>What the leaf of each tree answers for each class: [batch, trees, classes].</summary>
    private string Answers()
    {
        Bounded(_leaves.Count);
        var places = Enumerable.Repeat(_missing, _leaves.Count * _classes).ToArray();
        foreach (var (leaf, @class, weight) in _leaves.Answers) places[leaf * _classes + @class] = weight;
        var rows = _g.Op("Gather", [_g.Indices(places, _leaves.Count, _classes), _index]);
        return _g.AsFloats(_g.Op("Gather", [_weights, rows]));
    }

    private void Bounded(long rows)
    {
        if (rows * _classes > MostPlaces) throw _c.Unsupported("its leaves answer for too many classes");
    }

    private string OnePlaceEach()
    {
        var places = Enumerable.Repeat(_missing, _leaves.Count).ToArray();
        foreach (var (leaf, _, weight) in _leaves.Answers) places[leaf] = weight;
        return _g.Indices(places, _leaves.Count);
    }

    /// <summary>
    /// The class that each tree answers for, as boosted trees do; null where one answers for several.
    /// </summary>
    private int[]? OneClassEach()
    {
        var classes = Enumerable.Repeat(-1, _leaves.Trees).ToArray();
        foreach (var (leaf, @class, _) in _leaves.Answers)
        {
            ref var known = ref classes[_leaves.TreeOf[leaf]];
            if (known >= 0 && known != @class) return null;
            known = @class;
        }

        return Array.ConvertAll(classes, known => Math.Max(known, 0));
    }
}
