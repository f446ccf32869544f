namespace OnnxSplitter.Protection.Variants;

/// <summary>How well a leaked model fits one variant's secrets.</summary>
/// <param name="Name">What the secrets are called.</param>
/// <param name="Telling">Weights that these secrets name, and not all others do as well.</param>
/// <param name="Changed">Those of them that the leaked model does not have at their original value.</param>
public sealed record TraceEvidence(string Name, int Telling, int Changed)
{
    /// <summary><see cref="Changed"/> of <see cref="Telling"/>, 0 to 1.</summary>
    public double Share => Telling == 0 ? 0 : Changed / (double)Telling;
}
