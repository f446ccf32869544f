namespace OnnxSplitter.Runtime.Secured;

/// <summary>What of a model a trusted process runs; the numbers are those of the protocol's version 1.</summary>
internal enum SecuredMode : byte
{
    /// <summary>All of it.</summary>
    Whole = 0,

    /// <summary>From the first changed layer on; hosts run what comes before.</summary>
    Tail = 1,

    /// <summary>
    /// What changed weights add to each changed layer's output; hosts run the obfuscated model, and add it. Hosts that
    /// do not know this mode refuse it.
    /// </summary>
    Corrections = 2,
}
