using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Checker;

/// <summary>Checks of single weights: all that the secrets list are changed, and nothing else is.</summary>
internal static class WeightChecks
{
    private const int BufferSize = 1 << 20;

    public static void CheckChanged(CheckList list, ModelFile obfuscated, ModelSecrets secrets)
    {
        var changed = Unlike(obfuscated, secrets);
        var listed = secrets.Tensors.Sum(tensor => tensor.Indices.Length);
        list.Add(CheckNames.ChangedWeights, changed == listed && listed > 0,
            $"{changed} of the {listed} listed weights differ from what restoring gives");
    }

    public static void CheckNothingElse(CheckList list, ModelFile obfuscated, ModelFile original, ModelSecrets secrets)
    {
        var elsewhere = obfuscated.Parts.Sum(name => CountElsewhere(name, obfuscated, original, secrets));
        list.Add(CheckNames.OtherBytes, elsewhere == 0, elsewhere == 0
            ? "both models are the same outside the listed weights"
            : $"{elsewhere} bytes outside the listed weights differ");
    }

    /// <summary>Counts the weights in which compact secrets' model differs from the original.</summary>
    /// <remarks>It can't differ elsewhere if the obfuscated model does not, which is another check.</remarks>
    public static void CheckCompact(CheckList list, ModelFile original, ModelSecrets secrets) =>
        list.Add(CheckNames.Compact, ok: true,
        $"the restored model differs from the original in {Unlike(original, secrets)} of the "
        + $"{secrets.Tensors.Sum(tensor => tensor.Indices.Length)} listed weights, and nowhere else");

    /// <summary>How many of the listed weights are not what restoring gives.</summary>
    private static int Unlike(ModelFile model, ModelSecrets secrets)
    {
        var count = 0;
        foreach (var tensor in secrets.Tensors)
        {
            // Restoring has found each of these tensors already.
            var weights = model.Find(tensor.Path)!;
            using var stream = model.OpenPart(weights.Storage.File);
            count += WeightPatcher.Read(stream, weights, tensor.Indices).Zip(tensor.RestoredBits)
                .Count(pair => pair.First != pair.Second);
        }

        return count;
    }

    private static int CountElsewhere(string name, ModelFile obfuscated, ModelFile original, ModelSecrets secrets)
    {
        using var left = obfuscated.OpenPart(name);
        var listed = WeightPatcher
            .Locate(left, secrets.Tensors.Where(tensor => obfuscated.Find(tensor.Path)!.Storage.File == name)
                .SelectMany(tensor => tensor.Indices.Zip(tensor.RestoredBits,
                    (index, bits) => new WeightBits(obfuscated.Find(tensor.Path)!, index, bits))))
            .SelectMany(patch => Enumerable.Range(0, patch.Bytes.Length).Select(i => patch.Offset + i))
            .ToHashSet();
        using var right = original.OpenPart(name);
        left.Position = 0;
        return Differences(left, right).Count(position => !listed.Contains(position));
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
            for (var i = 0; i < read;)
            {
                i += a.AsSpan(i, read - i).CommonPrefixLength(b.AsSpan(i, read - i));
                if (i < read) yield return start + i++;
            }

            start += read;
        }
    }
}
