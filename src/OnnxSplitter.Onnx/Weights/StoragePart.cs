namespace OnnxSplitter.Onnx.Weights;

/// <summary>Elements of a tensor that lie in one piece.</summary>
/// <param name="Form">How they follow each other.</param>
/// <param name="Offset">Position in the file of the first byte.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Numbers">Elements in it; 0 where that follows from the length.</param>
public readonly record struct StoragePart(StorageForm Form, long Offset, long Length, long Numbers);
