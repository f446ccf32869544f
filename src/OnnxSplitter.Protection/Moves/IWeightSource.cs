namespace OnnxSplitter.Protection.Moves;

/// <summary>The values of a tensor's weights, in memory or not.</summary>
internal interface IWeightSource
{
    /// <summary>A weight's value.</summary>
    /// <param name="index">Flat index, row by row.</param>
    float this[long index] { get; }

    /// <summary>The smallest of all that are numbers.</summary>
    float Low { get; }

    /// <summary>The largest.</summary>
    float High { get; }
}
