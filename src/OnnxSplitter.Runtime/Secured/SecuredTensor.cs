using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace OnnxSplitter.Runtime.Secured;

/// <summary>An input or output of a model in a trusted process.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What it holds: numbers, or true and false.</param>
/// <param name="Dims">Its shape; -1 for what each run decides.</param>
public sealed record SecuredTensor(string Name, TensorElementType Type, IReadOnlyList<long> Dims)
{
    /// <summary>Inputs, or outputs, as a session has them.</summary>
    internal static SecuredTensor[] Of(IReadOnlyList<string> names, IReadOnlyDictionary<string, NodeMetadata> all) =>
    [
        .. names.Select(name => new SecuredTensor(
            name, all[name].ElementDataType, [.. all[name].Dimensions.Select(dim => (long)dim)])),
    ];

    /// <summary>Bytes of a number of a type; 0 of types that can't be shared, such as strings.</summary>
    internal static int SizeOf(TensorElementType type) => type switch
    {
        TensorElementType.Bool or TensorElementType.Int8 or TensorElementType.UInt8 => 1,
        TensorElementType.Int16 or TensorElementType.UInt16 => 2,
        TensorElementType.Float16 or TensorElementType.BFloat16 => 2,
        TensorElementType.Int32 or TensorElementType.UInt32 or TensorElementType.Float => 4,
        TensorElementType.Int64 or TensorElementType.UInt64 or TensorElementType.Double => 8,
        _ => 0,
    };

    /// <summary>Bytes of a tensor of this type.</summary>
    /// <param name="dims">Its shape.</param>
    /// <returns>Null if a dimension is below 0 or there are more than 2^62 bytes.</returns>
    internal long? LengthOf(IReadOnlyList<long> dims)
    {
        const long Most = 1L << 62;
        long length = SizeOf(Type);
        foreach (var dim in dims)
        {
            if (dim < 0 || dim > 0 && length > Most / dim) return null;
            length *= dim;
        }

        return length;
    }
}
