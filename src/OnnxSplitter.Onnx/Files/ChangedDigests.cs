namespace OnnxSplitter.Onnx.Files;

/// <summary>What a pass over a file found that changes nearly everywhere.</summary>
/// <param name="Before">SHA-256 of the file as it was read; empty where that was not asked.</param>
/// <param name="After">SHA-256 of what it became.</param>
public sealed record ChangedDigests(byte[] Before, byte[] After);
