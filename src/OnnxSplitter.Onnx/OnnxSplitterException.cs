namespace OnnxSplitter.Onnx;

/// <summary>An expected failure: what is wrong, and what the caller can do about it.</summary>
/// <remarks>Everything this project refuses is reported by a subclass of this; any other exception is a fault.</remarks>
public abstract class OnnxSplitterException(string message, string remedy, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>One sentence that says what to do.</summary>
    public string Remedy { get; } = remedy;
}

/// <summary>A model that cannot be read, or that uses something not supported.</summary>
public sealed class ModelFormatException(string message, string remedy, Exception? inner = null)
    : OnnxSplitterException(message, remedy, inner);

/// <summary>Bytes that are not the ones that a digest or an authentication tag asks for.</summary>
public abstract class MismatchException(string message, string remedy) : OnnxSplitterException(message, remedy);

/// <summary>An output that would overwrite an input or an existing file.</summary>
public sealed class OutputExistsException(string message, string remedy)
    : OnnxSplitterException(message, remedy);

/// <summary>An output that cannot be written: no permission, no room, no such folder.</summary>
public sealed class OutputFailedException(string message, string remedy, Exception? inner = null)
    : OnnxSplitterException(message, remedy, inner);
