using System.Security.Cryptography;
using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Secrets.Keyed;

namespace OnnxSplitter.Checker;

/// <summary>Checks of what a key changes: every tensor that it is to, and nothing else.</summary>
internal static class KeyedChecks
{
    private const int PieceSize = 1 << 20;

    // Of some tensors all numbers are zeros, and stay.
    private const double LeastTensors = 0.5;

    public static void CheckChanged(CheckList list, ModelFile obfuscated, KeyedSecrets keyed)
    {
        var (tensors, changed) = (0, 0);
        foreach (var name in obfuscated.Parts)
        {
            using var stream = obfuscated.OpenPart(name);
            var change = keyed.ChangeOf(obfuscated, name, back: true);
            foreach (var (start, length) in change.Touched)
            {
                tensors++;
                if (Changes(stream, change, start, length)) changed++;
            }
        }

        list.Add(CheckNames.ChangedWeights, changed > LeastTensors * tensors,
            $"{changed} of the {tensors} tensors that the key changes differ from what restoring gives");
    }

    public static void CheckNothingElse(CheckList list, ModelFile obfuscated, ModelFile original, KeyedSecrets keyed)
    {
        var same = obfuscated.Parts.All(name => IsSameElsewhere(name, obfuscated, original, keyed));
        list.Add(CheckNames.OtherBytes, same, same
            ? "both models are the same outside the tensors that the key changes"
            : "bytes outside the tensors that the key changes differ");
    }

    private static bool Changes(Stream stream, IPieceChange change, long start, long length)
    {
        var (whole, back) = (new byte[PieceSize], new byte[PieceSize]);
        for (long position = start, end; position < start + length; position = end)
        {
            end = change.Cut(Math.Min(position + PieceSize, start + length));
            var shipped = whole.AsSpan(0, (int)(end - position));
            var restored = back.AsSpan(0, shipped.Length);
            stream.Position = position;
            stream.ReadExactly(shipped);
            shipped.CopyTo(restored);
            change.Apply(restored, position);
            var same = shipped.SequenceEqual(restored);
            CryptographicOperations.ZeroMemory(restored);
            if (!same) return true;
        }

        return false;
    }

    private static bool IsSameElsewhere(string name, ModelFile obfuscated, ModelFile original, KeyedSecrets keyed)
    {
        using var left = obfuscated.OpenPart(name);
        using var right = original.OpenPart(name);
        if (left.Length != right.Length) return false;
        var (a, b) = (new byte[PieceSize], new byte[PieceSize]);
        long position = 0;
        foreach (var (start, length) in keyed.ChangeOf(obfuscated, name, back: true).Touched
            .Append((Start: left.Length, Length: 0)))
        {
            for (left.Position = right.Position = position; position < start;)
            {
                var count = (int)Math.Min(PieceSize, start - position);
                left.ReadExactly(a, 0, count);
                right.ReadExactly(b, 0, count);
                if (!a.AsSpan(0, count).SequenceEqual(b.AsSpan(0, count))) return false;
                position += count;
            }

            position = start + length;
        }

        return true;
    }
}
