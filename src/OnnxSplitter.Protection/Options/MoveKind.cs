namespace OnnxSplitter.Protection.Options;

/// <summary>How a chosen weight's new value is found.</summary>
public enum MoveKind
{
    /// <summary>Negate it.</summary>
    Sign,

    /// <summary>
    /// Exchange it with another of its tensor, so that the tensor's values stay the same as a multiset.
    /// </summary>
    Swap,

    /// <summary>Its tensor's smallest or largest value (the clamp of NNSplitter, ICML 2023).</summary>
    Extreme,

    /// <summary>Whichever of the three helps most, weight by weight.</summary>
    Best,

    /// <summary>
    /// Any value within the tensor's range, or a given one: what <see cref="StrategyKind.NnSplitter"/> always does, and
    /// no other strategy.
    /// </summary>
    Optimised,

    /// <summary>By the rules of <see cref="KeyedOptions"/>, as <see cref="StrategyKind.Keyed"/> always does.</summary>
    Keyed,
}
