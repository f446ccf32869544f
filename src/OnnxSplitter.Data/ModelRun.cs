using Microsoft.ML.OnnxRuntime;

namespace OnnxSplitter.Data;

/// <summary>Runs a model once.</summary>
/// <param name="inputs">By name. Still the caller's.</param>
/// <param name="outputs">Names of what is wanted.</param>
/// <returns>The outputs, in that order. The caller disposes them.</returns>
internal delegate IDisposableReadOnlyCollection<OrtValue> ModelRun(
    IReadOnlyDictionary<string, OrtValue> inputs, IReadOnlyCollection<string> outputs);
