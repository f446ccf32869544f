using Onnx;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Secrets.Payload;

/// <summary>A <c>TensorProto</c> to be written.</summary>
internal static class TensorMessage
{
    /// <summary>A tensor whose elements are raw data.</summary>
    /// <param name="name">Its name; null for none.</param>
    /// <param name="type">Type of its elements.</param>
    /// <param name="dims">Its shape, empty for a scalar.</param>
    /// <param name="rawData">Its elements, little-endian. Owned by the message from here on.</param>
    public static WireMessage Of(string? name, DataType type, IEnumerable<long> dims, byte[] rawData)
    {
        var tensor = new WireMessage()
            .Numbers(TensorProto.DimsFieldNumber, dims)
            .Number(TensorProto.DataTypeFieldNumber, (int)type);
        if (name is not null) tensor.Text(TensorProto.NameFieldNumber, name);
        return tensor.Secret(TensorProto.RawDataFieldNumber, rawData);
    }
}
