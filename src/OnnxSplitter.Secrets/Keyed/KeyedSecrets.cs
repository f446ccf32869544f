using System.Security.Cryptography;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Secrets.Keyed;

/// <summary>
/// A key, and what it changes by which rules: all that it takes to change a model's weights and to restore them.
/// </summary>
/// <remarks>
/// Tensors are named by their places in <see cref="ModelFile.Constants"/>. Immutable until disposed; disposing zeroes
/// the key. A key is for one model: what two models have in common that one key changes shows.
/// </remarks>
public sealed class KeyedSecrets : IDisposable
{
    /// <summary>Bytes of a key.</summary>
    public const int KeyLength = 32;

    /// <summary>Most constant tensors of a model, changed or not.</summary>
    public const int MaxTensors = 1 << 16;

    /// <summary>Number of classes of magnitude: thresholds are below it.</summary>
    public const int Classes = 1 << 15;

    private readonly byte[] _key;

    /// <summary>Puts them together.</summary>
    /// <param name="key">32 random bytes. Copied; the caller zeroes its own.</param>
    /// <param name="rules">At least one, and not both sign and mantissa.</param>
    /// <param name="tensors">Places of the tensors that change, at least one, strictly ascending.</param>
    /// <param name="thresholds">
    /// For each of them the least class of magnitude that changes; null where all weights of all of them do.
    /// </param>
    /// <exception cref="ArgumentException">A value breaks these rules.</exception>
    public KeyedSecrets(
        ReadOnlySpan<byte> key, KeyedRules rules, IReadOnlyList<int> tensors, IReadOnlyList<int>? thresholds = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        if (key.Length != KeyLength) throw new ArgumentException($"A key has {KeyLength} bytes.", nameof(key));
        if (!AreRules(rules)) throw new ArgumentException("These rules do not go together.", nameof(rules));
        if (tensors.Count == 0 || tensors[0] < 0 || tensors[^1] >= MaxTensors)
            throw new ArgumentException("Tensors are out of range.", nameof(tensors));
        for (var i = 1; i < tensors.Count; i++)
            if (tensors[i - 1] >= tensors[i])
                throw new ArgumentException("Tensors ascend strictly.", nameof(tensors));
        if (thresholds is not null
            && (thresholds.Count != tensors.Count || thresholds.Any(threshold => threshold is < 0 or >= Classes)))
            throw new ArgumentException("There is one threshold for each tensor.", nameof(thresholds));
        if (thresholds?.All(threshold => threshold == 0) == true)
            throw new ArgumentException("Thresholds that leave nothing out are none.", nameof(thresholds));
        _key = GC.AllocateUninitializedArray<byte>(KeyLength, pinned: true);
        key.CopyTo(_key);
        (Rules, Tensors, Thresholds) = (rules, [.. tensors], thresholds is null ? null : [.. thresholds]);
    }

    /// <summary>The rules.</summary>
    public KeyedRules Rules { get; }

    /// <summary>Places of the tensors that change, strictly ascending.</summary>
    public IReadOnlyList<int> Tensors { get; }

    /// <summary>For each of them the least class of magnitude that changes; null for all weights.</summary>
    public IReadOnlyList<int>? Thresholds { get; }

    /// <summary>The key, until this is disposed.</summary>
    internal ReadOnlySpan<byte> Key => _key;

    /// <summary>The same changes with a random key.</summary>
    /// <param name="rules">As above.</param>
    /// <param name="tensors">As above.</param>
    /// <param name="thresholds">As above.</param>
    public static KeyedSecrets Draw(
        KeyedRules rules, IReadOnlyList<int> tensors, IReadOnlyList<int>? thresholds = null)
    {
        Span<byte> key = stackalloc byte[KeyLength];
        RandomNumberGenerator.Fill(key);
        try
        {
            return new KeyedSecrets(key, rules, tensors, thresholds);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Whether rules go together.</summary>
    public static bool AreRules(KeyedRules rules) => (rules & ~KeyedRules.Shuffle)
        is KeyedRules.Sign or KeyedRules.Mantissa || rules == KeyedRules.Shuffle;

    /// <summary>What becomes of one of a model's files. It ends with this object.</summary>
    /// <param name="model">The model, original or obfuscated.</param>
    /// <param name="name">Name of a data file, or empty for the <c>.onnx</c> file.</param>
    /// <param name="back">Whether the obfuscated file becomes the original; else the other way round.</param>
    /// <exception cref="ArgumentException">
    /// The model has fewer tensors, two of those that change share bytes, or one of codes has a threshold.
    /// </exception>
    /// <exception cref="ModelFormatException">A constant tensor is malformed.</exception>
    public IPieceChange ChangeOf(ModelFile model, string name, bool back)
    {
        ArgumentNullException.ThrowIfNull(model);
        var constants = model.Constants;
        if (Tensors[^1] >= constants.Count) throw new ArgumentException("It has too few tensors.", nameof(model));
        using var part = model.OpenPart(name);
        return new KeyedFile(
            Tensors.Select((place, i) => Of(constants[place], i)).Where(tensor => tensor.File == name),
            part.Length, back);
    }

    /// <summary>Zeroes the key.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(_key);

    private KeyedTensor Of(StoredTensor tensor, int number)
    {
        var threshold = Thresholds?[number] ?? 0;
        return threshold == 0 || threshold <= KeyedTensor.MostThreshold(tensor.Type, Rules)
            ? new KeyedTensor(tensor, _key, Rules, threshold)
            : throw new ArgumentException($"{tensor.Path} has no such class of magnitude.", nameof(number));
    }
}
