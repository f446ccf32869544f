namespace OnnxSplitter.Onnx;

/// <summary>An expected failure: what is wrong, and what the caller can do about it.</summary>
/// <remarks>
/// Everything this project refuses is reported by a subclass of this; any other exception is a fault.
/// </remarks>
public abstract class OnnxSplitterException(string message, string remedy, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>One sentence that says what to do.</summary>
    public string Remedy { get; } = remedy;

    /// <summary>
    /// Names of the options' properties that <see cref="Exception.Message"/> and <see cref="Remedy"/> mention, so that
    /// a program can put its own words for them in their place.
    /// </summary>
    public IReadOnlyList<string> Properties { get; init; } = [];
}
