namespace OnnxSplitter.Tests.Onnx;

/// <summary>Where a generated model has a tensor.</summary>
public enum Home
{
    Initializer,
    Constant,
    Branch,
    NestedBranch,
    Function,
    DataFile,
    OtherDataFile,
}
