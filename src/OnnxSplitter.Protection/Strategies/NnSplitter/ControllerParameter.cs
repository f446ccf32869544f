namespace OnnxSplitter.Protection.Strategies.NnSplitter;

/// <summary>A parameter of the controller.</summary>
/// <param name="Name">Its name in the controller's graphs.</param>
/// <param name="Dims">Shape.</param>
internal sealed record ControllerParameter(string Name, long[] Dims)
{
    /// <summary>Number of values.</summary>
    public int Count { get; } = (int)Dims.Aggregate(1L, (product, dim) => checked(product * dim));
}
