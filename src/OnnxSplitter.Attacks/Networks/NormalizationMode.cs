namespace OnnxSplitter.Attacks.Networks;

/// <summary>How a thief runs a network's normalisations.</summary>
internal enum NormalizationMode
{
    /// <summary>As the file has them: constants.</summary>
    AsExported,

    /// <summary>
    /// By the statistics of the batch, as networks are trained; behind convolutions into which they were folded, new
    /// ones are put in.
    /// </summary>
    OfBatch,

    /// <summary>The same places, by statistics that are fed: how the result of such a training is run.</summary>
    Running,
}
