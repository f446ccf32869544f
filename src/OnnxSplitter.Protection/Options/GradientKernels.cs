namespace OnnxSplitter.Protection.Options;

/// <summary>Which ops gradients are written in.</summary>
public enum GradientKernels
{
    /// <summary>The training extension's kernels if the loaded ONNX Runtime has them, standard ops otherwise.</summary>
    Auto,

    /// <summary>Standard ops alone.</summary>
    Portable,

    /// <summary>The training extension's kernels; refused where there are none.</summary>
    Training,
}
