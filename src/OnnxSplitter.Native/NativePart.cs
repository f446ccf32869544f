using System.Runtime.InteropServices;

namespace OnnxSplitter.Native;

/// <summary><c>onnxsplit_part</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativePart
{
    public nint Name;
    public nint Data;
    public ulong Length;
}
