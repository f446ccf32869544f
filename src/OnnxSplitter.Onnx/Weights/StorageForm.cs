namespace OnnxSplitter.Onnx.Weights;

/// <summary>How elements follow each other.</summary>
public enum StorageForm
{
    /// <summary>Side by side, little-endian: <c>raw_data</c>, packed lists of numbers, external data.</summary>
    Packed,

    /// <summary>Each behind a protobuf tag of one byte: lists that were written without packing.</summary>
    Tagged,

    /// <summary>Each as a protobuf varint of its bits: <c>int32_data</c>.</summary>
    Varints,

    /// <summary>Each as a varint behind a tag of one byte.</summary>
    TaggedVarints,
}
