namespace OnnxSplitter.Secrets.Keyed;

/// <summary>How a key changes weights; the numbers are those of format 3.</summary>
[Flags]
public enum KeyedRules
{
    /// <summary>Not at all.</summary>
    None = 0,

    /// <summary>
    /// The sign of each weight turns or not; of codes, all bits do (the complement, which is nearly the negative).
    /// </summary>
    Sign = 1,

    /// <summary>
    /// Sign and mantissa of each weight become others, its exponent stays; of codes, all bits become others. Not
    /// together with <see cref="Sign"/>, which it includes.
    /// </summary>
    Mantissa = 2,

    /// <summary>Weights change places, within blocks of 4096.</summary>
    Shuffle = 4,
}
