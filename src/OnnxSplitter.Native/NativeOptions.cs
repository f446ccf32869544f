using System.Runtime.InteropServices;

namespace OnnxSplitter.Native;

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
