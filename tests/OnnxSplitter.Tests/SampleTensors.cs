using OnnxSplitter.Onnx.Operators;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Tests;

/// <summary>Weight tensors of no file.</summary>
internal static class SampleTensors
{
    public static WeightRole Kernel { get; } = new(OperatorTable.Find("", "Conv")!, 1, Multiplies: true);

    /// <summary>A float32 kernel.</summary>
    public static WeightTensor Of(string path, params long[] dims) => Of(path, ElementType.Float32, dims);

    /// <summary>A kernel of any type.</summary>
    public static WeightTensor Of(string path, ElementType type, params long[] dims) => new(
        path, type, dims, TensorStorage.Packed(0, type, dims.Aggregate(1L, (product, dim) => product * dim)),
        TopLevel: true, Kernel);
}
