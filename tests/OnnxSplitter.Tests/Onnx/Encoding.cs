namespace OnnxSplitter.Tests.Onnx;

/// <summary>How a model file can hold a tensor's values.</summary>
public enum Encoding
{
    Raw,
    Packed,
    Unpacked,
    InPieces,
}
