namespace OnnxSplitter.Protection.Search;

/// <summary>Looks at the model's output rows.</summary>
internal delegate void OutputReader(ReadOnlySpan<float> outputs);
