namespace OnnxSplitter.Protection.Moves;

/// <summary>A weight and the value it would get.</summary>
internal readonly record struct NewValue(long Index, float Value);
