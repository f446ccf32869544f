namespace OnnxSplitter.Data;

/// <summary>What a metric gave on some examples.</summary>
/// <param name="Value">The balanced accuracy, or the normalised error.</param>
/// <param name="StandardError">How far other examples of the same kind would move it.</param>
public readonly record struct Measured(double Value, double StandardError);
