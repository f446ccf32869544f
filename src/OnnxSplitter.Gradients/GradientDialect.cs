namespace OnnxSplitter.Gradients;

/// <summary>Which ops a gradient graph is written in.</summary>
public enum GradientDialect
{
    /// <summary>Standard ONNX ops: runs on any ONNX Runtime, with any execution provider.</summary>
    Portable,

    /// <summary>
    /// The gradient kernels of ONNX Runtime's training extension where there is one, standard ops elsewhere.
    /// </summary>
    Training,
}
