using Onnx;
using OnnxSplitter.Onnx.External;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Onnx.Models;

/// <summary>Moves tensors out of data files into the model.</summary>
public static class ExternalTensors
{
    // Room for the structure in a message of 2 GB.
    private const long MostInline = int.MaxValue - (256L << 20);

    /// <summary>Puts patched tensors of a data file into the model, patches applied.</summary>
    /// <param name="model">The model, all of it but what data files hold. Changed.</param>
    /// <param name="name">Name of the data file.</param>
    /// <param name="file">The data file.</param>
    /// <param name="patches">Ascending, without overlaps. Tensors that none of them touches stay where they are.</param>
    /// <returns>The arrays that the model now holds, for the caller to zero after use.</returns>
    /// <exception cref="OverflowException">They are too large for a model in memory.</exception>
    public static IReadOnlyList<byte[]> Inline(
        ModelProto model, string name, Stream file, IReadOnlyList<BytePatch> patches)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(patches);
        var inlined = new List<byte[]>();
        foreach (var tensor in TensorWalk.All(model))
        {
            if (!ExternalData.IsIn(tensor, name)) continue;
            var (offset, length) = ExternalData.RangeIn(tensor, file.Length);
            BytePatch[] own = [.. patches.Where(patch => patch.Offset < offset + length && patch.Offset + patch.Bytes.Length > offset)];
            if (own.Length == 0) continue;
            if (inlined.Sum(other => (long)other.Length) + length > MostInline) throw new OverflowException();
            var bytes = GC.AllocateUninitializedArray<byte>((int)length, pinned: true);
            file.Position = offset;
            file.ReadExactly(bytes);
            foreach (var patch in own)
            {
                // Tensors may overlap, so a patch of another one may reach into this one.
                var from = (int)Math.Max(0, offset - patch.Offset);
                var to = (int)Math.Min(patch.Bytes.Length, offset + length - patch.Offset);
                patch.Bytes.AsSpan(from..to).CopyTo(bytes.AsSpan((int)(patch.Offset + from - offset)));
            }

            ExternalData.Replace(tensor, bytes);
            inlined.Add(bytes);
        }

        return inlined;
    }
}
