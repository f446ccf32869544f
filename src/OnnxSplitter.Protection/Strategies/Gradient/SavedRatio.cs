using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Protection.Strategies.Gradient;

internal sealed record SavedRatio(string Path, MoveKind Kind, double Ratio);
