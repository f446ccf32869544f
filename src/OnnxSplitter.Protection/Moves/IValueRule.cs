using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Protection.Moves;

/// <summary>Which values the weights of one tensor may get.</summary>
internal interface IValueRule
{
    /// <summary>Whether a weight may get a value.</summary>
    /// <param name="index">Flat index.</param>
    /// <param name="value">The value.</param>
    bool Allows(long index, float value);

    /// <summary>The smallest value that a weight may go to.</summary>
    float Lowest(long index);

    /// <summary>The largest.</summary>
    float Highest(long index);

    /// <summary>A range that holds what <see cref="Lowest"/> and <see cref="Highest"/> give any weight.</summary>
    WeightRange Widest { get; }
}
