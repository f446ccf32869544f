using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Onnx.Indexing;

/// <summary>Finds out what the integers of quantised weights are counted from.</summary>
/// <param name="places">Where tensors lie.</param>
internal sealed class QuantizedWeights(TensorPlaces places)
{
    /// <summary>A tensor of integers with what stands for zero; null, and why, if that can't be followed.</summary>
    public WeightTensor? Of(WeightTensor tensor, ConstantScope scope, out string reason)
    {
        reason = $"its integers ({tensor.Type}) are not weights of a quantised op";
        if (tensor.Role.Quantization is not { } quantization) return null;
        if (quantization.PackedBits > 0)
        {
            reason = "it is packed in a way that is not supported";
            if (Unpacked(tensor, quantization) is not { } unpacked) return null;
            tensor = unpacked;
        }

        ZeroPoints zeros;
        if (quantization.ZeroPoint.Length == 0)
            zeros = ZeroPoints.Constant(quantization.PackedBits > 0 ? 1 << tensor.Type.BitWidth - 1 : 0);
        else
        {
            reason = "its zero points are no constants of a type that can be read";
            if (scope.Find(quantization.ZeroPoint) is not { } constant
                || places.Find(constant.Tensor, constant.Site, quantization.ZeroPoint, out _)
                    is not { Type.IsInteger: true } values)
                return null;
            reason = "its zero points do not fit its shape";
            if (Zeros(tensor, quantization, values) is not { } known) return null;
            zeros = known;
        }

        return tensor with { ZeroPoints = zeros };
    }

    private static ZeroPoints? Zeros(WeightTensor tensor, Quantization quantization, StoredTensor values)
    {
        if (quantization.PackedBits > 0)
        {
            // Rows of zero points are padded to whole bytes; both tensors are seen as rows of 4 or 8 bits.
            var (rows, blocks, size) = (tensor.Dims[0], tensor.Dims[1], tensor.Dims[2]);
            var perRow = tensor.Type.BitWidth < 8 ? blocks + blocks % 2 : blocks;
            if (values.Type != ElementType.UInt8 || values.Count != tensor.Type.PackedLength(rows * perRow))
                return null;
            values = values with { Type = tensor.Type, Dims = [rows, perRow] };
            return new ZeroPoints(values, 0, 1, blocks * size, size, perRow);
        }

        if (values.Count == 1) return new ZeroPoints(values, 0, 1, 1, 0, 0);
        var axis = (int)(quantization.Axis < 0 ? quantization.Axis + tensor.Dims.Count : quantization.Axis);
        if (quantization.Rearranged || axis < 0 || axis >= tensor.Dims.Count || values.Count == 0) return null;
        var inner = tensor.Dims.Skip(axis + 1).Aggregate(1L, (product, dim) => product * dim);
        var zeros = quantization.BlockSize > 0
            ? new ZeroPoints(values, 0, inner, tensor.Dims[axis], quantization.BlockSize,
                (tensor.Dims[axis] - 1) / quantization.BlockSize + 1)
            : new ZeroPoints(values, 0, inner, tensor.Dims[axis], 0, 0);
        return zeros.Cover(tensor.Count) ? zeros : null;
    }

    /// <summary>Bytes of MatMulNBits [rows, blocks, bytes] as the 4-bit or 8-bit numbers that they hold.</summary>
    private static WeightTensor? Unpacked(WeightTensor tensor, Quantization quantization)
    {
        var type = quantization.PackedBits switch { 4 => ElementType.UInt4, 8 => ElementType.UInt8, _ => null };
        if (type is null || tensor.Type != ElementType.UInt8 || tensor.Dims.Count != 3 || quantization.Rearranged
            || tensor.Storage.Parts is not [{ Form: StorageForm.Packed }]
            || quantization.BlockSize <= 0 || quantization.BlockSize % 2 != 0
            || tensor.Dims[2] != type.PackedLength(quantization.BlockSize)) return null;
        return new WeightTensor(tensor.Path, type, [tensor.Dims[0], tensor.Dims[1], quantization.BlockSize],
            tensor.Storage, tensor.TopLevel, tensor.Role);
    }
}
