using System.Runtime.InteropServices;

namespace OnnxSplitter.Native;

/// <summary><c>onnxsplit_source</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeSource
{
    public byte* Path;
    public byte* Bytes;
    public nuint Length;
}
