using Onnx;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Tests.Gradients.Cases;

namespace OnnxSplitter.Tests.Gradients;

/// <summary>One use of an op whose gradients are checked: a test row of the rule table.</summary>
/// <param name="Op">Name.</param>
/// <param name="Variant">What is special about this use.</param>
/// <param name="Opsets">Opsets in which it is checked.</param>
/// <param name="Inputs">The inputs in order.</param>
/// <param name="Attributes">Attributes of the node.</param>
internal sealed record RuleCase(
    string Op, string Variant, long[] Opsets, Operand[] Inputs, params (string Name, object Value)[] Attributes)
{
    /// <summary>Number of outputs of the node.</summary>
    public int Outputs { get; init; } = 1;

    /// <summary>Domain of the op; empty for the default one.</summary>
    public string Domain { get; init; } = "";

    /// <summary>Float inputs that are settings, so that no gradient is asked for.</summary>
    public int[] Fixed { get; init; } = [];

    /// <summary>The outputs that the loss looks at; null for all.</summary>
    public int[]? Used { get; init; }

    /// <summary>Every case in every opset it is meant for, by a name that a test report can show.</summary>
    public static IReadOnlyDictionary<string, (RuleCase Case, long Opset)> All { get; } =
        ((IEnumerable<RuleCase>)[
            .. ActivationCases.All, .. ArrangementCases.All, .. BroadcastingCases.All, .. ClassicalCases.All,
            .. ConvolutionCases.All, .. DefinedCases.All, .. ElementwiseCases.All, .. ExtremeCases.All,
            .. GeluCases.All, .. IndexingCases.All, .. LinearCases.All, .. LossCases.All, .. MovementCases.All,
            .. NormalizationCases.All, .. PoolingCases.All,
            .. RecurrentCases.All, .. ReductionCases.All, .. ResizeCases.All, .. SamplingCases.All,
            .. ScatterCases.All, .. SliceCases.All, .. StandardizationCases.All,
        ])
        .SelectMany(c => c.Opsets.Select(opset => (Case: c, Opset: opset)))
        .ToDictionary(
            pair => $"{pair.Case.Domain}{pair.Case.Op}, {pair.Case.Variant}, opset {pair.Opset}", pair => pair,
            StringComparer.Ordinal);

    /// <summary>Name of an input in <see cref="Model"/>.</summary>
    public static string Input(int index) => $"x{index}";

    /// <summary>Name of an output in <see cref="Model"/>.</summary>
    public static string Output(int index) => $"y{index}";

    /// <summary>A model of the one node.</summary>
    public ModelProto Model(long opset)
    {
        var node = new NodeProto { OpType = Op, Domain = Domain, Name = "node" };
        var graph = new GraphProto { Name = "case", Node = { node } };
        for (var i = 0; i < Inputs.Length; i++)
        {
            var operand = Inputs[i];
            node.Input.Add(operand.Draw is null && operand.Constant is null ? "" : Input(i));
            if (operand.Draw is not null) graph.Input.Add(Values.FloatInput(Input(i), operand.Dims));
            if (operand.Constant is null) continue;
            var constant = operand.Constant.Clone();
            constant.Name = Input(i);
            graph.Initializer.Add(constant);
        }

        foreach (var (name, value) in Attributes) node.Attribute.Add(NodeAttributes.Make(name, value));
        for (var i = 0; i < Outputs; i++) node.Output.Add(Output(i));
        return Values.Model(graph, opset);
    }
}
