using OnnxSplitter.Worth.Readings;

namespace OnnxSplitter.Protection.Output;

/// <summary>What was measured of a written model on the evaluation data.</summary>
/// <param name="Value">By its metric.</param>
/// <param name="Worth">What it is still worth; null where that is not asked or can't be measured.</param>
internal sealed record Measured(double Value, WorthLeft? Worth);
