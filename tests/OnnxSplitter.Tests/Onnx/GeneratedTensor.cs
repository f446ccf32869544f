namespace OnnxSplitter.Tests.Onnx;

/// <summary>One tensor of a generated model.</summary>
public sealed record GeneratedTensor(string Type, Encoding Encoding, Home Home, byte[] Values, int Gap);
