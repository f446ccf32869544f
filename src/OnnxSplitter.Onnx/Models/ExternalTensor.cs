using Google.Protobuf;
using Onnx;
using OnnxSplitter.Onnx.Structure;
using OnnxSplitter.Onnx.Wire;

namespace OnnxSplitter.Onnx.Models;

/// <summary>A tensor of a model whose values lie in a data file, and may be moved into the model.</summary>
internal sealed class ExternalTensor(
    TensorProto message, long end, IReadOnlyList<(long Start, long Length)> removed, EnclosingMessage enclosing)
{
    public TensorProto Message => message;

    public long End => end;

    public IReadOnlyList<(long Start, long Length)> Removed => removed;

    public EnclosingMessage Enclosing => enclosing;

    /// <summary>Whether it is one: the only tensors that lie two messages below the model.</summary>
    public bool IsMainInitializer => enclosing.Enclosing is { Enclosing: null };

    public byte[]? Values { get; set; }

    /// <summary>Tag and length of <c>raw_data</c>.</summary>
    public byte[] Header() =>
    [
        .. Varints.Bytes(WireFormat.MakeTag(TensorFields.RawData, WireFormat.WireType.LengthDelimited)),
        .. Varints.Bytes((ulong)Values!.LongLength),
    ];
}
