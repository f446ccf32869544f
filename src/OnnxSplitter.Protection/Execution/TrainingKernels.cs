using Onnx;
using OnnxSplitter.Gradients;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Operators;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Protection.Execution;

/// <summary>Finds out whether the loaded ONNX Runtime has the training extension's gradient kernels.</summary>
internal static class TrainingKernels
{
    private static readonly Lazy<bool> Found = new(Probe);

    /// <summary>The dialect that a wish comes to here.</summary>
    /// <exception cref="GradientException">The training extension was asked for, and is not there.</exception>
    public static GradientDialect Dialect(GradientKernels wish)
    {
        if (wish == GradientKernels.Portable) return GradientDialect.Portable;
        if (Found.Value) return GradientDialect.Training;
        if (wish == GradientKernels.Auto) return GradientDialect.Portable;
        throw new GradientException("The loaded ONNX Runtime has no training extension.",
            "Set Gradient to portable, or run with a build of ONNX Runtime that was made for training.")
        {
            Properties = [nameof(SearchSettings.Gradient)],
        };
    }

    /// <summary>Opens a graph of one node.</summary>
    private static bool Probe()
    {
        var type = new TypeProto
        {
            TensorType = new TypeProto.Types.Tensor
            {
                ElemType = (int)TensorProto.Types.DataType.Float,
                Shape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension { DimValue = 1 } } },
            },
        };
        var model = new ModelProto
        {
            IrVersion = 8,
            OpsetImport =
            {
                new OperatorSetIdProto { Version = 18 },
                new OperatorSetIdProto { Domain = Operator.Microsoft, Version = 1 },
            },
            Graph = new GraphProto
            {
                Name = "probe",
                Input = { new ValueInfoProto { Name = "x", Type = type } },
                Output = { new ValueInfoProto { Name = "y", Type = type } },
                Node = { new NodeProto { OpType = "ReluGrad", Domain = Operator.Microsoft, Input = { "x", "x" },
                    Output = { "y" } } },
            },
        };
        try
        {
            using var session = GraphSessions.Plain.Open(model);
            return true;
        }
        catch (ModelFormatException)
        {
            return false;
        }
    }
}
