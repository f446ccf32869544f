namespace OnnxSplitter.Secrets.Payload;

/// <summary>The formats of a payload, by their numbers.</summary>
internal enum PayloadFormat
{
    /// <summary>The original bits of every changed weight.</summary>
    Ordinary = 1,

    /// <summary>One value for all changed weights.</summary>
    Compact = 2,

    /// <summary>The key that they were changed by.</summary>
    Keyed = 3,
}
