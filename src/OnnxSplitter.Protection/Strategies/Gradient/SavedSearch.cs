namespace OnnxSplitter.Protection.Strategies.Gradient;

internal sealed record SavedSearch(
    int Round, int Widenings, SavedLine[] Lines, SavedRatio[] Ratios, SavedGuess[] Supposed);
