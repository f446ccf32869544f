namespace OnnxSplitter.Onnx.Models;

/// <summary>A message of a model that others lie in, whose length changes with theirs.</summary>
internal sealed class EnclosingMessage(long lengthStart, int lengthLength, long length, EnclosingMessage? enclosing)
{
    public long LengthStart => lengthStart;

    public int LengthLength => lengthLength;

    public long Length => length;

    public EnclosingMessage? Enclosing => enclosing;

    public long Growth { get; set; }

    public bool IsChanged { get; set; }
}
