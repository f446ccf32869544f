using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Runtime.Ort;

namespace OnnxSplitter.Runtime;

/// <summary>Looks for what session options would bring to the disk.</summary>
/// <remarks>
/// Profiles (<c>EnableProfiling</c>) and statistics hold names, shapes, sizes and times, no weights. Options of a
/// provider that are set by an object of its own (<c>OrtTensorRTProviderOptions</c> and the like) ONNX Runtime does not
/// tell.
/// </remarks>
internal static class RefusedOptions
{
    private const string OptimizedModelEntry = "session.optimized_model_filepath";
    private const string ContextEntry = "ep.context_enable";
    private const string WeightlessEntry = "ep.enable_weightless";

    // Parts of names: trt_engine_cache_enable, cache_dir, ModelCacheDirectory, trt_dump_subgraphs, ...
    private static readonly string[] CacheWords = ["cache", "dump", "save_compiled"];

    private static readonly string[] CacheVariables =
    [
        "ORT_TENSORRT_ENGINE_CACHE_ENABLE", "ORT_TENSORRT_DUMP_SUBGRAPHS", "ORT_TENSORRT_DUMP_EP_CONTEXT_MODEL",
        "ORT_MIGRAPHX_SAVE_COMPILED_MODEL", "ORT_MIGRAPHX_MODEL_CACHE_PATH",
    ];

    /// <summary>Refuses what is not allowed.</summary>
    /// <exception cref="UnsafeOptionsException">Something is asked for that is not allowed.</exception>
    public static void Check(SessionOptions? options, SessionWrites allowed)
    {
        var path = options?.OptimizedModelFilePath;
        IEnumerable<KeyValuePair<string, string>> entries = options is null ? [] : OrtFunctions.Entries(options);
        Check(string.IsNullOrEmpty(path) ? entries : entries.Append(new(OptimizedModelEntry, path)), allowed);
    }

    /// <summary>Refuses what is not allowed.</summary>
    /// <param name="entries">Names and values of session entries; a name may come more than once.</param>
    /// <param name="allowed">What is not refused.</param>
    /// <exception cref="UnsafeOptionsException">Something is asked for that is not allowed.</exception>
    public static void Check(IEnumerable<KeyValuePair<string, string>> entries, SessionWrites allowed)
    {
        foreach (var (kind, what, asked) in Asked([.. entries.Where(IsOn).Select(x => x.Key)]))
            if (asked && !allowed.HasFlag(kind))
                throw new UnsafeOptionsException(
                    $"The session options or the environment ask for {what}.",
                    $"Leave it out, or allow it by {nameof(ProtectedModelOptions.Allowed)} = "
                    + $"{nameof(SessionWrites)}.{kind}.");
    }

    /// <summary>
    /// Takes back what can't be seen: ONNX Runtime does not tell of an optimised model's path that was set by an entry.
    /// </summary>
    /// <param name="own">Options for one session. Changed.</param>
    /// <param name="allowed">What is left as it is.</param>
    public static void TakeBack(SessionOptions own, SessionWrites allowed)
    {
        if (!allowed.HasFlag(SessionWrites.OptimizedModel)) own.AddSessionConfigEntry(OptimizedModelEntry, "");
    }

    private static IEnumerable<(SessionWrites Kind, string What, bool Asked)> Asked(string[] on)
    {
        yield return (SessionWrites.OptimizedModel,
            "an optimised model file: the restored weights would be written to the disk",
            on.Contains(OptimizedModelEntry));
        yield return (SessionWrites.CompiledModel,
            $"a compiled model ({ContextEntry}): the restored weights may be written to the disk with it",
            on.Contains(ContextEntry));
        yield return (SessionWrites.Weightless,
            $"weightless mode ({WeightlessEntry}): an execution provider may read the obfuscated data files itself",
            on.Contains(WeightlessEntry));
        var cache = Array.Find(on, IsCache)
            ?? Array.Find(CacheVariables, name => IsOn(Environment.GetEnvironmentVariable(name)));
        yield return (SessionWrites.ProviderCache,
            $"a cache or dump of an execution provider ({cache}): restored weights may be written to the disk with it",
            cache is not null);
    }

    private static bool IsCache(string key) =>
        key.StartsWith("ep.", StringComparison.Ordinal)
        && Array.Exists(CacheWords, word => key.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static bool IsOn(KeyValuePair<string, string> entry) =>
        entry.Key == OptimizedModelEntry ? !string.IsNullOrEmpty(entry.Value) : IsOn(entry.Value);

    private static bool IsOn(string? value) =>
        !string.IsNullOrEmpty(value) && value != "0" && !value.Equals("false", StringComparison.OrdinalIgnoreCase);
}
