using Onnx;
using OnnxSplitter.Onnx.Wire;

namespace OnnxSplitter.Onnx.Weights;

/// <summary>What a tensor's dims say.</summary>
internal static class TensorShape
{
    // Byte counts of any type stay far from overflow.
    private const long MostElements = long.MaxValue / 256;

    /// <summary>Number of elements that a shape asks for.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="path">Its path, for messages.</param>
    /// <exception cref="ModelFormatException">A dim is negative, or their product is out of range.</exception>
    public static long CountOf(TensorProto tensor, string path)
    {
        long count = 1;
        foreach (var dim in tensor.Dims)
        {
            if (dim < 0 || (dim > 0 && count > MostElements / dim))
                throw WireReader.Malformed($"the shape of tensor {path} is out of range");
            count *= dim;
        }

        return count;
    }
}
