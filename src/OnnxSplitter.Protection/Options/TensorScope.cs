namespace OnnxSplitter.Protection.Options;

/// <summary>Which kinds of weight tensors a job may change.</summary>
public enum TensorScope
{
    /// <summary>All: what an op multiplies by, and biases.</summary>
    All,

    /// <summary>Those that an op multiplies by: no biases.</summary>
    Weights,

    /// <summary>Kernels of convolutions alone: the setting of NNSplitter (ICML 2023).</summary>
    Conv,
}
