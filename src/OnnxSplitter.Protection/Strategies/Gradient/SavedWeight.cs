namespace OnnxSplitter.Protection.Strategies.Gradient;

internal sealed record SavedWeight(string Path, long Index);
