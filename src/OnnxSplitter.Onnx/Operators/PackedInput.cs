namespace OnnxSplitter.Onnx.Operators;

/// <summary>
/// An input of integers, several of which share a byte, in blocks along their last axis; the attributes <c>bits</c> and
/// <c>block_size</c> say how many (com.microsoft MatMulNBits).
/// </summary>
/// <param name="Weights">Index of the input.</param>
/// <param name="ZeroPoint">Index of the input of the blocks' zero points.</param>
public sealed record PackedInput(int Weights, int ZeroPoint);
