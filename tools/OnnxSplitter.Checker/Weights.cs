using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Checker;

/// <summary>Checks of single weights: all that the secrets list are changed, and nothing else is.</summary>
internal static class Weights
{
    private const int BufferSize = 1 << 16;

    public static void CheckChanged(CheckList list, string obfuscated, ModelSecrets secrets)
    {
        var model = ModelFile.Open(obfuscated);
        using var stream = ModelFile.OpenRead(obfuscated);
        var (changed, listed) = (0, 0);
        foreach (var tensor in secrets.Tensors)
        {
            // Restoring has found each of these tensors already.
            var weights = model.Find(tensor.Path)!;
            for (var i = 0; i < tensor.Indices.Length; i++)
                if (WeightPatcher.Read(stream, weights, tensor.Indices[i]) != tensor.RestoredBits[i]) changed++;
            listed += tensor.Indices.Length;
        }

        list.Add(CheckNames.ChangedWeights, changed == listed && listed > 0,
            $"{changed} of the {listed} listed weights differ from what restoring gives");
    }

    public static void CheckNothingElse(CheckList list, string obfuscated, string original, ModelSecrets secrets)
    {
        var model = ModelFile.Open(obfuscated);
        using var stream = ModelFile.OpenRead(obfuscated);
        var listed = WeightPatcher
            .Locate(stream, secrets.Tensors.SelectMany(tensor => tensor.Indices.Zip(tensor.RestoredBits,
                (index, bits) => new WeightBits(model.Find(tensor.Path)!, index, bits))))
            .SelectMany(patch => Enumerable.Range(0, patch.Bytes.Length).Select(i => patch.Offset + i))
            .ToHashSet();
        var elsewhere = Differences(obfuscated, original).Count(position => !listed.Contains(position));
        list.Add(CheckNames.OtherBytes, elsewhere == 0, elsewhere == 0
            ? "both files are the same outside the listed weights"
            : $"{elsewhere} bytes outside the listed weights differ");
    }

    /// <summary>Counts the weights in which compact secrets' model differs from the original, and finds no other bytes.</summary>
    public static void CheckCompact(CheckList list, string original, byte[] restored, ModelSecrets secrets)
    {
        var model = ModelFile.Open(original);
        using var stream = ModelFile.OpenRead(original);
        var (differ, bytes) = (0, 0);
        foreach (var tensor in secrets.Tensors)
        {
            // Restoring and the check of other bytes have found each of these tensors at the same place.
            var weights = model.Find(tensor.Path)!;
            for (var i = 0; i < tensor.Indices.Length; i++)
            {
                var difference = WeightPatcher.Read(stream, weights, tensor.Indices[i]) ^ tensor.RestoredBits[i];
                if (difference == 0) continue;
                differ++;
                for (; difference != 0; difference >>= 8)
                    if ((byte)difference != 0) bytes++;
            }
        }

        var listed = secrets.Tensors.Sum(tensor => tensor.Indices.Length);
        stream.Position = 0;
        using var whole = new MemoryStream(restored, writable: false);
        var elsewhere = Differences(stream, whole).Count() - bytes;
        list.Add(CheckNames.Compact, elsewhere == 0, elsewhere == 0
            ? $"the restored model differs from the original in {differ} of the {listed} listed weights, and nowhere else"
            : $"the restored model differs from the original in {elsewhere} bytes outside the listed weights");
    }

    private static IEnumerable<long> Differences(string first, string second)
    {
        using var left = ModelFile.OpenRead(first);
        using var right = ModelFile.OpenRead(second);
        foreach (var position in Differences(left, right)) yield return position;
    }

    private static IEnumerable<long> Differences(Stream left, Stream right)
    {
        var (a, b) = (new byte[BufferSize], new byte[BufferSize]);
        long start = 0;
        while (true)
        {
            var read = left.ReadAtLeast(a, BufferSize, throwOnEndOfStream: false);
            if (right.ReadAtLeast(b, BufferSize, throwOnEndOfStream: false) != read)
            {
                yield return start;
                yield break;
            }

            if (read == 0) yield break;
            for (var i = 0; i < read; i++)
                if (a[i] != b[i]) yield return start + i;
            start += read;
        }
    }
}
