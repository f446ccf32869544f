namespace OnnxSplitter.Onnx;

/// <summary>A model that cannot be read, or that uses something not supported.</summary>
public sealed class ModelFormatException(string message, string remedy, Exception? inner = null)
    : OnnxSplitterException(message, remedy, inner)
{
    /// <summary>Whether it is of a format that is known and not read, which the message names.</summary>
    public bool IsOtherFormat { get; init; }

    /// <summary>What is wrong with its bytes, for whoever reads them does not know the file's name.</summary>
    internal string? Defect { get; init; }

    /// <summary>The same with the name of the file whose bytes have a defect.</summary>
    internal ModelFormatException Of(string name) =>
        new($"{name} is not an ONNX model: {Defect}.", Remedy, InnerException);
}
