using Onnx;
using DataType = Onnx.TensorProto.Types.DataType;
using Kind = Onnx.AttributeProto.Types.AttributeType;

namespace OnnxSplitter.Vectors.Samples;

/// <summary>
/// A model whose nodes hold their weights themselves: a linear model without a name, in lists, and a tree with one, in
/// a tensor of float64.
/// </summary>
internal static class AttributeGraph
{
    private const string Domain = "ai.onnx.ml";

    public static ModelProto Model() => new()
    {
        IrVersion = 8,
        ProducerName = "OnnxSplitter",
        OpsetImport =
        {
            new OperatorSetIdProto { Version = 17 }, new OperatorSetIdProto { Domain = Domain, Version = 3 },
        },
        Graph = new GraphProto
        {
            Name = "attributes",
            Input = { SampleGraphs.Value("x", 4), SampleGraphs.Value("d", 1, DataType.Double) },
            Output = { SampleGraphs.Value("y", 2), SampleGraphs.Value("z", 1) },
            Node =
            {
                new NodeProto
                {
                    OpType = "LinearRegressor",
                    Domain = Domain,
                    Input = { "x" },
                    Output = { "y" },
                    Attribute =
                    {
                        Floats("coefficients", 0.5f, -1, 2, 0.25f, 3, -0.75f, 1, 1.5f),
                        new AttributeProto { Name = "targets", Type = Kind.Int, I = 2 },
                    },
                },
                new NodeProto
                {
                    OpType = "TreeEnsembleRegressor",
                    Domain = Domain,
                    Name = "trees",
                    Input = { "d" },
                    Output = { "z" },
                    Attribute =
                    {
                        new AttributeProto { Name = "n_targets", Type = Kind.Int, I = 1 },
                        Ints("nodes_treeids", 0, 0, 0, 0, 0), Ints("nodes_nodeids", 0, 1, 2, 3, 4),
                        Ints("nodes_featureids", 0, 0, 0, 0, 0), Ints("nodes_truenodeids", 1, 0, 3, 0, 0),
                        Ints("nodes_falsenodeids", 2, 0, 4, 0, 0),
                        Texts("nodes_modes", "BRANCH_LEQ", "LEAF", "BRANCH_LEQ", "LEAF", "LEAF"),
                        Doubles("nodes_values_as_tensor", 0.5, 0, 1.5, 0, 0), Ints("target_treeids", 0, 0, 0),
                        Ints("target_nodeids", 1, 3, 4), Ints("target_ids", 0, 0, 0),
                        Doubles("target_weights_as_tensor", 1.25, -2.5, 3.75),
                    },
                },
            },
        },
    };

    private static AttributeProto Floats(string name, params float[] values) =>
        new() { Name = name, Type = Kind.Floats, Floats = { values } };

    private static AttributeProto Ints(string name, params long[] values) =>
        new() { Name = name, Type = Kind.Ints, Ints = { values } };

    private static AttributeProto Texts(string name, params string[] values) => new()
    {
        Name = name,
        Type = Kind.Strings,
        Strings = { values.Select(Google.Protobuf.ByteString.CopyFromUtf8) },
    };

    private static AttributeProto Doubles(string name, params double[] values) => new()
    {
        Name = name,
        Type = Kind.Tensor,
        T = new TensorProto { DataType = (int)DataType.Double, Dims = { values.Length }, DoubleData = { values } },
    };
}
