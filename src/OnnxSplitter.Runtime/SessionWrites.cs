namespace OnnxSplitter.Runtime;

/// <summary>
/// What session options can ask of ONNX Runtime that brings restored weights to the disk, or lets it read obfuscated
/// ones. Each is refused unless a host names it.
/// </summary>
[Flags]
public enum SessionWrites
{
    /// <summary>Nothing of it.</summary>
    None = 0,

    /// <summary>An optimised model file, which holds the weights.</summary>
    OptimizedModel = 1,

    /// <summary>EPContext dumps: a model compiled for an execution provider (<c>ep.context_enable</c>).</summary>
    CompiledModel = 2,

    /// <summary>
    /// Caches and dumps of an execution provider, by its entries (<c>ep.*</c>) or variables of the environment.
    /// </summary>
    ProviderCache = 4,

    /// <summary>
    /// Weightless mode (<c>ep.enable_weightless</c>): a provider may read the data files itself, past what was restored
    /// in memory, and answer from obfuscated weights.
    /// </summary>
    Weightless = 8,
}
