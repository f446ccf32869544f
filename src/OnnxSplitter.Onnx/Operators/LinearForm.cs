namespace OnnxSplitter.Onnx.Operators;

/// <summary>
/// In what way an op's output is linear in its weights, so that a changed weight adds something simple to it.
/// </summary>
public enum LinearForm
{
    /// <summary>In none that is made use of.</summary>
    None,

    /// <summary>
    /// Filters at input 1 [M, C/group, ...], each of which makes a channel, axis 1 of the output; one added number for
    /// each channel at input 2.
    /// </summary>
    Convolution,

    /// <summary>
    /// A matrix at input 1, each column of which makes one place along the output's last axis, and what is added to the
    /// product at input 2. The attributes <c>transA</c>, <c>transB</c>, <c>alpha</c> and <c>beta</c> are those of Gemm.
    /// </summary>
    MatrixProduct,

    /// <summary>The two inputs are added.</summary>
    Sum,

    /// <summary>
    /// Filters at input 1 [C, M/group, ...], whose second axis makes channels, axis 1 of the output; one added number
    /// for each channel at input 2.
    /// </summary>
    TransposedConvolution,
}
