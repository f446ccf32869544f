using OnnxSplitter.Data;
using OnnxSplitter.Worth.Readings;

namespace OnnxSplitter.Protection.Output;

/// <summary>What was measured of a written model on the evaluation data.</summary>
/// <param name="Measured">By its metric.</param>
/// <param name="Worth">What it is still worth; null where that is not asked or can't be measured.</param>
internal sealed record GateReading(Measured Measured, WorthLeft? Worth);
