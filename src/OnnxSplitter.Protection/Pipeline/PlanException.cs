using OnnxSplitter.Onnx;

namespace OnnxSplitter.Protection.Pipeline;

/// <summary>Options of a job that do not go together.</summary>
public sealed class PlanException : OnnxSplitterException
{
    internal PlanException(string message, string remedy, params IReadOnlyList<string> properties)
        : base(message, remedy) => Properties = properties;
}
