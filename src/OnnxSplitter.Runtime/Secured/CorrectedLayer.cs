namespace OnnxSplitter.Runtime.Secured;

/// <summary>A layer whose output a host corrects by what a trusted process gives.</summary>
/// <param name="Data">Name of the value that goes into the layer.</param>
/// <param name="From">Of these channels of it the process needs to know.</param>
/// <param name="Output">Name of the value that comes out.</param>
/// <param name="To">To these channels of it what the process gives is added.</param>
internal sealed record CorrectedLayer(string Data, Channels From, string Output, Channels To)
{
    /// <summary>Whether it says the same as another.</summary>
    public bool IsLike(CorrectedLayer other) =>
        Data == other.Data && Output == other.Output && From.IsLike(other.From) && To.IsLike(other.To);
}
