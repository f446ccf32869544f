using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Protection.Strategies.Gradient;

internal sealed record SavedMove(string Path, MoveKind Kind, NewValue[] Weights);
