using System.Reflection;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Secrets.Payload;

/// <summary>Which weights of a model were changed, what they were, and which files they belong to.</summary>
/// <remarks>
/// Immutable until disposed; disposing zeroes the indices and the original bits. An object that exists is valid:
/// whatever made it, its rules were checked.
/// </remarks>
public sealed record ModelSecrets : IDisposable
{
    /// <summary>Puts secrets together.</summary>
    /// <param name="strategy">Name of the strategy that chose the weights, not empty.</param>
    /// <param name="toolVersion">Version of the tool that made the changes, not empty.</param>
    /// <param name="created">When; kept as UTC in whole seconds.</param>
    /// <param name="files">The model's files, at least one, with distinct names.</param>
    /// <param name="tensors">The touched tensors, strictly ascending by ordinal path. Owned from here on.</param>
    /// <exception cref="ArgumentException">A value breaks these rules.</exception>
    public ModelSecrets(
        string strategy,
        string toolVersion,
        DateTimeOffset created,
        IReadOnlyList<ProtectedFile> files,
        IReadOnlyList<TensorSecrets> tensors)
    {
        ArgumentException.ThrowIfNullOrEmpty(strategy);
        ArgumentException.ThrowIfNullOrEmpty(toolVersion);
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(tensors);
        if (files.Count == 0) throw new ArgumentException("A model has at least one file.", nameof(files));
        if (files.DistinctBy(file => file.Name, StringComparer.Ordinal).Count() != files.Count)
            throw new ArgumentException("Two files have one name.", nameof(files));
        for (var i = 1; i < tensors.Count; i++)
            if (string.CompareOrdinal(tensors[i - 1].Path, tensors[i].Path) >= 0)
                throw new ArgumentException("Tensors ascend strictly by path.", nameof(tensors));

        Strategy = strategy;
        ToolVersion = toolVersion;
        Created = new DateTimeOffset(created.UtcTicks - created.UtcTicks % TimeSpan.TicksPerSecond, TimeSpan.Zero);
        Files = [.. files];
        Tensors = [.. tensors];
    }

    /// <summary>Name of the strategy that chose the weights.</summary>
    public string Strategy { get; }

    /// <summary>Version of the tool that made the changes.</summary>
    public string ToolVersion { get; }

    /// <summary>When, in UTC, whole seconds.</summary>
    public DateTimeOffset Created { get; }

    /// <summary>The model's files.</summary>
    public IReadOnlyList<ProtectedFile> Files { get; }

    /// <summary>The touched tensors, ascending by ordinal path.</summary>
    public IReadOnlyList<TensorSecrets> Tensors { get; }

    /// <summary>Collects changes into secrets that carry this library's version.</summary>
    /// <param name="strategy">Name of the strategy that chose the weights.</param>
    /// <param name="created">When.</param>
    /// <param name="files">The model's files.</param>
    /// <param name="changes">The changes, in any order.</param>
    /// <exception cref="ArgumentException">A weight is changed twice, or a value is out of its range.</exception>
    public static ModelSecrets From(
        string strategy,
        DateTimeOffset created,
        IReadOnlyList<ProtectedFile> files,
        IEnumerable<WeightChange> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var tensors = changes
            .GroupBy(change => change.Tensor.Path, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => Collect([.. group.OrderBy(change => change.Index)]))
            .ToList();
        return new ModelSecrets(strategy, LibraryVersion(), created, files, tensors);
    }

    /// <summary>Zeroes the indices and the original bits.</summary>
    public void Dispose()
    {
        foreach (var tensor in Tensors) tensor.Zero();
    }

    private static TensorSecrets Collect(WeightChange[] changes)
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
            tensor.Dims,
            Array.ConvertAll(changes, change => change.Index),
            Array.ConvertAll(changes, change => change.Original));
    }

    private static string LibraryVersion() =>
        typeof(ModelSecrets).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion;
}
