namespace OnnxSplitter.Protection.Options;

/// <summary>Values that changed weights stay within.</summary>
/// <param name="Low">Smallest.</param>
/// <param name="High">Largest.</param>
public readonly record struct WeightRange(float Low, float High);
