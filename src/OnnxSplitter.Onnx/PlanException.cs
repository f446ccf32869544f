namespace OnnxSplitter.Onnx;

/// <summary>Options of a job that do not go together.</summary>
public sealed class PlanException : OnnxSplitterException
{
    /// <summary>Names them.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="remedy">What to do about it.</param>
    /// <param name="properties">Of the options, those that it is about.</param>
    public PlanException(string message, string remedy, params IReadOnlyList<string> properties)
        : base(message, remedy) => Properties = properties;
}
