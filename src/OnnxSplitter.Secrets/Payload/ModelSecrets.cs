using System.Reflection;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Secrets.Keyed;

namespace OnnxSplitter.Secrets.Payload;

/// <summary>Which weights of a model were changed, what they were, and which files they belong to.</summary>
/// <remarks>
/// Compact secrets (NNSplitter, ICML 2023, section 3.2) hold one value for all changed weights instead of what each
/// was: restoring gives a model that is close to the original. They take less than half of the room. Keyed secrets hold
/// the key that weights were changed by, and no weight: they take the same room however many were changed. Immutable
/// until disposed; disposing zeroes the indices, the restored bits and the key. An object that exists is valid:
/// whatever made it, its rules were checked.
/// </remarks>
public sealed record ModelSecrets : IDisposable
{
    /// <summary>Puts secrets together.</summary>
    /// <param name="strategy">Name of the strategy that chose the weights, not empty.</param>
    /// <param name="toolVersion">Version of the tool that made the changes, not empty.</param>
    /// <param name="created">When; kept as UTC in whole seconds.</param>
    /// <param name="files">The model's files, at least one and at most 65 536, with distinct names.</param>
    /// <param name="tensors">
    /// The touched tensors, at least one and at most 65 536, strictly ascending by ordinal path. Owned from here on.
    /// </param>
    /// <param name="compact">
    /// Whether they are compact: all restored bits are then those of one finite value, and all tensors float32.
    /// </param>
    /// <exception cref="ArgumentException">A value breaks these rules.</exception>
    public ModelSecrets(
        string strategy,
        string toolVersion,
        DateTimeOffset created,
        IReadOnlyList<ProtectedFile> files,
        IReadOnlyList<TensorSecrets> tensors,
        bool compact = false)
        : this(strategy, toolVersion, created, files)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        if (tensors.Count is 0 or > PayloadBounds.MaxTensors)
            throw new ArgumentException($"Secrets are of 1 to {PayloadBounds.MaxTensors} tensors.", nameof(tensors));
        for (var i = 1; i < tensors.Count; i++)
            if (string.CompareOrdinal(tensors[i - 1].Path, tensors[i].Path) >= 0)
                throw new ArgumentException("Tensors ascend strictly by path.", nameof(tensors));
        if (compact)
            CheckCompact(tensors);
        else CheckRestored(files);

        Tensors = [.. tensors];
        IsCompact = compact;
    }

    /// <summary>Puts keyed secrets together.</summary>
    /// <param name="strategy">As for others.</param>
    /// <param name="toolVersion">As for others.</param>
    /// <param name="created">As for others.</param>
    /// <param name="files">As for others.</param>
    /// <param name="keyed">The key and what it changes. Owned from here on.</param>
    /// <exception cref="ArgumentException">A value breaks these rules.</exception>
    public ModelSecrets(
        string strategy, string toolVersion, DateTimeOffset created, IReadOnlyList<ProtectedFile> files,
        KeyedSecrets keyed)
        : this(strategy, toolVersion, created, files)
    {
        ArgumentNullException.ThrowIfNull(keyed);
        CheckRestored(files);
        Keyed = keyed;
    }

    private ModelSecrets(
        string strategy, string toolVersion, DateTimeOffset created, IReadOnlyList<ProtectedFile> files)
    {
        ArgumentException.ThrowIfNullOrEmpty(strategy);
        ArgumentException.ThrowIfNullOrEmpty(toolVersion);
        ArgumentNullException.ThrowIfNull(files);
        if (files.Count is 0 or > PayloadBounds.MaxFiles)
            throw new ArgumentException($"A model has 1 to {PayloadBounds.MaxFiles} files.", nameof(files));
        if (files.DistinctBy(file => file.Name, StringComparer.Ordinal).Count() != files.Count)
            throw new ArgumentException("Two files have one name.", nameof(files));
        Strategy = strategy;
        ToolVersion = toolVersion;
        Created = new DateTimeOffset(created.UtcTicks - created.UtcTicks % TimeSpan.TicksPerSecond, TimeSpan.Zero);
        Files = [.. files];
    }

    /// <summary>Name of the strategy that chose the weights.</summary>
    public string Strategy { get; }

    /// <summary>Version of the tool that made the changes.</summary>
    public string ToolVersion { get; }

    /// <summary>When, in UTC, whole seconds.</summary>
    public DateTimeOffset Created { get; }

    /// <summary>The model's files.</summary>
    public IReadOnlyList<ProtectedFile> Files { get; }

    /// <summary>The touched tensors, ascending by ordinal path; none in keyed secrets.</summary>
    public IReadOnlyList<TensorSecrets> Tensors { get; } = [];

    /// <summary>The key and what it changes, of keyed secrets; null in others.</summary>
    public KeyedSecrets? Keyed { get; }

    internal PayloadFormat Format => Keyed is not null ? PayloadFormat.Keyed
        : IsCompact ? PayloadFormat.Compact
        : PayloadFormat.Ordinary;

    /// <summary>Whether restoring sets all changed weights to one value, instead of to what they were.</summary>
    public bool IsCompact { get; }

    /// <summary>Collects changes into secrets that carry this library's version.</summary>
    /// <param name="strategy">Name of the strategy that chose the weights.</param>
    /// <param name="created">When.</param>
    /// <param name="files">The model's files.</param>
    /// <param name="changes">The changes, in any order.</param>
    /// <param name="center">The one value of compact secrets, finite; null for ordinary ones.</param>
    /// <exception cref="ArgumentException">A weight is changed twice, or a value is out of its range.</exception>
    public static ModelSecrets From(
        string strategy,
        DateTimeOffset created,
        IReadOnlyList<ProtectedFile> files,
        IEnumerable<WeightChange> changes,
        float? center = null)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var tensors = changes
            .GroupBy(change => change.Tensor.Path, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => Collect([.. group.OrderBy(change => change.Index)], center))
            .ToList();
        return new ModelSecrets(strategy, LibraryVersion(), created, files, tensors, compact: center is not null);
    }

    /// <summary>Puts keyed secrets together that carry this library's version.</summary>
    /// <param name="strategy">Name of the strategy.</param>
    /// <param name="created">When.</param>
    /// <param name="files">The model's files.</param>
    /// <param name="keyed">The key and what it changes. Owned from here on.</param>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public static ModelSecrets From(
        string strategy, DateTimeOffset created, IReadOnlyList<ProtectedFile> files, KeyedSecrets keyed) =>
        new(strategy, LibraryVersion(), created, files, keyed);

    /// <summary>Zeroes the indices, the restored bits and the key.</summary>
    public void Dispose()
    {
        Keyed?.Dispose();
        foreach (var tensor in Tensors) tensor.Zero();
    }

    private static TensorSecrets Collect(WeightChange[] changes, float? center)
    {
        var tensor = changes[0].Tensor;
        for (var i = 1; i < changes.Length; i++)
        {
            if (changes[i].Index == changes[i - 1].Index)
                throw new ArgumentException($"A weight of {tensor.Path} is changed twice.", nameof(changes));
            if (!changes[i].Tensor.Dims.SequenceEqual(tensor.Dims))
                throw new ArgumentException($"Two tensors are named {tensor.Path}.", nameof(changes));
        }

        return new TensorSecrets(
            tensor.Path,
            tensor.Type,
            tensor.Dims,
            Array.ConvertAll(changes, change => change.Index),
            Array.ConvertAll(changes, change => center is { } c ? tensor.Type.Encode(c) : change.Original));
    }

    private static void CheckRestored(IReadOnlyList<ProtectedFile> files)
    {
        if (files.Any(file => !file.Sha256Restored.AsSpan().SequenceEqual(file.Sha256Original)))
            throw new ArgumentException("Only compact secrets restore something else than the original.",
                nameof(files));
    }

    private static void CheckCompact(IReadOnlyList<TensorSecrets> tensors)
    {
        if (tensors.Any(tensor => tensor.Type != ElementType.Float32))
            throw new ArgumentException("Compact secrets are of float32 tensors.", nameof(tensors));
        var bits = tensors.SelectMany(tensor => tensor.RestoredBits).Distinct().Take(2).ToArray();
        if (bits.Length != 1 || !double.IsFinite(ElementType.Float32.Decode(bits[0])))
            throw new ArgumentException("Compact secrets have one finite value.", nameof(tensors));
    }

    private static string LibraryVersion() =>
        typeof(ModelSecrets).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion;
}
