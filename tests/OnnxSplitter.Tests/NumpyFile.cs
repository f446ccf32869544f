using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace OnnxSplitter.Tests;

/// <summary>Writes .npz files for tests.</summary>
internal static class NumpyFile
{
    public static string Write(string path, params (string Name, string Type, long[] Dims, byte[] Data)[] arrays)
    {
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (name, type, dims, data) in arrays)
        {
            using var stream = archive.CreateEntry($"{name}.npy").Open();
            stream.Write(Array(type, dims, data));
        }

        return path;
    }

    public static byte[] Array(string type, long[] dims, byte[] data, bool columns = false)
    {
        var shape = string.Concat(dims.Select(dim => $"{dim}, "));
        var header = $"{{'descr': '{type}', 'fortran_order': {columns}, 'shape': ({shape}), }}\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8),
            .. Encoding.ASCII.GetBytes(header), .. data];
    }

    public static byte[] Bytes<T>(T[] values) where T : unmanaged => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
}
