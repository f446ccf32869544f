namespace OnnxSplitter.Tests.Onnx;

/// <summary>A stream that tells before it is read.</summary>
internal sealed class WatchedInput(byte[] content, Action before) : MemoryStream(content)
{
    public override int Read(Span<byte> buffer)
    {
        before();
        return base.Read(buffer);
    }
}
