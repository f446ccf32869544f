using System.Runtime.InteropServices;

namespace OnnxSplitter.Onnx.Files;

/// <summary>Room for a piece of a file.</summary>
internal static class AlignedPiece
{
    /// <summary>
    /// Bytes: enough that threads wait for each other rarely. 4 MB were no faster on a file of 3 GB.
    /// </summary>
    public const int Size = 1 << 20;

    /// <summary>Memory that <see cref="DirectWriter"/> takes, and that the garbage collector never moves.</summary>
    public static Memory<byte> Allocate()
    {
        var bytes = GC.AllocateUninitializedArray<byte>(Size + DirectWriter.Alignment, pinned: true);
        var start = (int)(-Marshal.UnsafeAddrOfPinnedArrayElement(bytes, 0) & (DirectWriter.Alignment - 1));
        return bytes.AsMemory(start, Size);
    }
}
