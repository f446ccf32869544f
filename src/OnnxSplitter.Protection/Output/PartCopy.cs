using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Secrets.Keyed;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Protection.Output;

/// <summary>One file of a model on its way to the obfuscated model's.</summary>
/// <param name="file">The original.</param>
/// <param name="name">Name of a data file, or empty for the <c>.onnx</c> file.</param>
/// <param name="output">The copy, empty; still the caller's.</param>
internal sealed class PartCopy(ModelFile file, string name, FileStream output) : IDisposable
{
    private readonly Stream _input = file.OpenPart(name);

    /// <summary>Copies and patches the file, and takes all digests in the same pass.</summary>
    /// <param name="shownName">What the secrets call the file.</param>
    /// <param name="changes">Of all files.</param>
    /// <param name="center">What compact secrets restore to; null for ordinary secrets.</param>
    /// <param name="verify">
    /// Whether the digest of what ordinary secrets restore is compared with the original's.
    /// </param>
    /// <exception cref="RestoreCheckException">They differ.</exception>
    public ProtectedFile Write(
        string shownName, IReadOnlyList<WeightChange> changes, float? center, bool verify)
    {
        WeightChange[] own = [.. changes.Where(change => change.Tensor.Storage.File == name)];
        var obfuscated = Located(_input, own, change => change.Obfuscated);
        IReadOnlyList<BytePatch> restored = center is { } value
            ? Located(_input, own, change => change.Tensor.Type.Encode(value))
            : verify ? Restored(own, obfuscated)
            : [];
        var digests = PatchedCopy.Run(_input, output, clone: false, [], restored, obfuscated);
        BytePatch.Zero(restored);
        if (center is not null) return new ProtectedFile(shownName, output.Length, digests[2], digests[1], digests[0]);
        return digests[1].AsSpan().SequenceEqual(digests[0])
            ? new ProtectedFile(shownName, output.Length, digests[2], digests[0])
            : throw new RestoreCheckException(file.PathOf(name));
    }

    /// <summary>Copies the file, changes it by a key, and takes all digests in the same pass.</summary>
    /// <param name="shownName">What the secrets call the file.</param>
    /// <param name="keyed">The key and what it changes.</param>
    /// <param name="told">Told how many bytes are done.</param>
    /// <exception cref="RestoreCheckException">The key does not give each piece back.</exception>
    public ProtectedFile Write(string shownName, KeyedSecrets keyed, Action<long> told)
    {
        var digests = ChangedCopy.Run(
            _input, output, keyed.ChangeOf(file, name, back: false), before: true,
            keyed.ChangeOf(file, name, back: true), told);
        return digests is not null
            ? new ProtectedFile(shownName, output.Length, digests.After, digests.Before)
            : throw new RestoreCheckException(file.PathOf(name));
    }

    /// <inheritdoc/>
    public void Dispose() => _input.Dispose();

    /// <summary>What the obfuscated file's bytes become when its weights get their original bits.</summary>
    private List<BytePatch> Restored(WeightChange[] own, IReadOnlyList<BytePatch> obfuscated)
    {
        using var shipped = new PatchedView(_input, obfuscated);
        var back = Located(shipped, own, change => change.Original);
        var restored = obfuscated.ToDictionary(patch => patch.Offset);
        foreach (var patch in back) restored[patch.Offset] = patch;
        return [.. restored.Values.OrderBy(patch => patch.Offset)];
    }

    private static IReadOnlyList<BytePatch> Located(
        Stream stream, WeightChange[] own, Func<WeightChange, ulong> bits) =>
        WeightPatcher.Locate(stream, own.Select(change => new WeightBits(change.Tensor, change.Index, bits(change))));
}
