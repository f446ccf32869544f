namespace OnnxSplitter.Protection.Search;

/// <summary>Looks at the model's output rows.</summary>
internal delegate Measure OutputReader(ReadOnlySpan<float> outputs);
