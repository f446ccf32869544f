using OnnxSplitter.Protection.Moves;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Protection.Strategies.Gradient;

internal sealed record SavedMove(string Path, MoveKind Kind, NewValue[] Weights);
