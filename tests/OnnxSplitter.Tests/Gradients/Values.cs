using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Onnx;
using OnnxSplitter.Data;
using Type = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Gradients;

/// <summary>Small models and what comes out of them.</summary>
internal static class Values
{
    public static ModelProto Model(GraphProto graph, long opset) => new()
    {
        IrVersion = 8,
        Graph = graph,
        OpsetImport =
        {
            new OperatorSetIdProto { Version = opset },
            new OperatorSetIdProto { Domain = "com.microsoft", Version = 1 },
            new OperatorSetIdProto { Domain = "ai.onnx.ml", Version = 3 },
        },
    };

    public static ValueInfoProto FloatInput(string name, params long[] dims)
    {
        var shape = new TensorShapeProto();
        foreach (var dim in dims) shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = dim });
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto
            {
                TensorType = new TypeProto.Types.Tensor { ElemType = (int)Type.Float, Shape = shape },
            },
        };
    }

    /// <summary>A session that can fetch the given values.</summary>
    public static InferenceSession Open(ModelProto model, IEnumerable<string> outputs)
    {
        var copy = model.Clone();
        copy.Graph.Output.Clear();
        foreach (var output in outputs) copy.Graph.Output.Add(new ValueInfoProto { Name = output });
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        return new InferenceSession(copy.ToByteArray(), options);
    }

    /// <summary>All outputs of a session, with their shapes.</summary>
    public static (long[] Dims, double[] Data)[] Fetch(
        this InferenceSession session, IReadOnlyDictionary<string, OrtValue> feeds)
    {
        using var run = new RunOptions();
        using var results = session.Run(run, feeds.Keys.ToArray(), feeds.Values.ToArray(), session.OutputNames);
        return [.. results.Select(result => (result.GetTensorTypeAndShape().Shape, Doubles(result)))];
    }

    public static OrtValue Tensor(float[] data, params long[] dims) =>
        AlignedTensor.Of(data, dims);

    private static double[] Doubles(OrtValue value) =>
        (Type)value.GetTensorTypeAndShape().ElementDataType switch
        {
            Type.Float => [.. value.GetTensorDataAsSpan<float>().ToArray().Select(number => (double)number)],
            Type.Double => value.GetTensorDataAsSpan<double>().ToArray(),
            var type => throw new InvalidOperationException($"A test looks at a tensor of {type}."),
        };
}
