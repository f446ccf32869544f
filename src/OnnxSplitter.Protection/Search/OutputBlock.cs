namespace OnnxSplitter.Protection.Search;

/// <summary>
/// Where one output of the model, or what is read at a place inside it, lies in a row of all that are destroyed
/// together.
/// </summary>
/// <param name="Name">Of the output, or what readings of the place are called.</param>
/// <param name="Start">Its first column.</param>
/// <param name="Width">Its columns.</param>
/// <param name="Classes">How many classes its scores are of; 0 for other values.</param>
internal sealed record OutputBlock(string Name, int Start, int Width, int Classes)
{
    /// <summary>
    /// Of a place inside the network, what the share that is explained there counts as on the scale of what is left;
    /// null for an output.
    /// </summary>
    public double? Inside { get; init; }
}
