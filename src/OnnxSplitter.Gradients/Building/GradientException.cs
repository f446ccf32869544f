using OnnxSplitter.Onnx;

namespace OnnxSplitter.Gradients.Building;

/// <summary>A graph that can't be differentiated: an op without a rule, or a form of it that its rule lacks.</summary>
public sealed class GradientException : OnnxSplitterException
{
    /// <summary>Says what is wrong.</summary>
    /// <param name="message">One sentence.</param>
    /// <param name="remedy">
    /// One that says what to do. It may mention <c>EstimateGradient</c>, and <c>Strategy</c>, by which whoever searches
    /// weights chooses how.
    /// </param>
    public GradientException(string message, string remedy)
        : base(message, remedy) => Properties = ["EstimateGradient", "Strategy"];
}
