using OnnxSplitter.Attacks.Networks;

namespace OnnxSplitter.Attacks.Training;

/// <summary>What a training came to.</summary>
/// <param name="Network">The network at its best epoch.</param>
/// <param name="HeldOut">Its balanced accuracy on examples that it was not trained on.</param>
/// <param name="Epoch">Which, counted from 1; 0 if none ended.</param>
/// <param name="Recipe">How it was trained.</param>
internal sealed record Trained(TrainedNetwork Network, double HeldOut, int Epoch, Recipe Recipe);
