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

/// <summary><c>onnxsplit_options</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeOptions
{
    public nuint Size;
    public NativeSource Model;
    public NativeSource Secrets;
    public NativeSource Identity;
    public NativeSource Trust;
    public byte* SignerName;
    public byte* Passphrase;
    public byte* Audience;
    public byte* DataFolder;
    public int Digests;
}

/// <summary><c>onnxsplit_part</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativePart
{
    public nint Name;
    public nint Data;
    public ulong Length;
}
