namespace OnnxSplitter.Protection.Strategies.Gradient;

internal sealed record SavedGuess(string Path, long Index, float Value);
