namespace OnnxSplitter.Runtime;

/// <summary>
/// When the SHA-256 of data files, restored, is compared with what the secrets say. That of the <c>.onnx</c> file
/// always is, before ONNX Runtime sees it.
/// </summary>
public enum DataDigests
{
    /// <summary>
    /// While ONNX Runtime loads the model. It may see numbers that are not the model's, in a graph that is; a session
    /// that they are in is never handed out.
    /// </summary>
    Alongside,

    /// <summary>Before ONNX Runtime sees them.</summary>
    Before,

    /// <summary>
    /// Never: weights that no change touched are what the disk has. For models whose files nobody else can write to.
    /// </summary>
    Never,
}
