namespace ImageHost;

/// <summary>What the model says about one image.</summary>
/// <param name="Label">The likeliest class.</param>
/// <param name="Probability">Of that class, by the softmax of the scores.</param>
internal sealed record Answer(string Label, double Probability);
