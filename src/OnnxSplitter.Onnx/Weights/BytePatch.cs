using System.Security.Cryptography;

namespace OnnxSplitter.Onnx.Weights;

/// <summary>Bytes to put at a place in a file.</summary>
/// <param name="Offset">Position of the first.</param>
/// <param name="Bytes">As many as they replace.</param>
public readonly record struct BytePatch(long Offset, byte[] Bytes)
{
    /// <summary>Zeroes the bytes of patches that hold an original's weights.</summary>
    public static void Zero(IEnumerable<BytePatch> patches)
    {
        ArgumentNullException.ThrowIfNull(patches);
        foreach (var patch in patches) CryptographicOperations.ZeroMemory(patch.Bytes);
    }
}
