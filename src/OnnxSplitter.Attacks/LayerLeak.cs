namespace OnnxSplitter.Attacks;

/// <summary>What a host learns of one changed layer by its inputs and what is added to its outputs.</summary>
/// <param name="Layer">Name of its weights.</param>
/// <param name="Op">Its op.</param>
/// <param name="Inputs">Channels that go in and matter.</param>
/// <param name="Outputs">Channels that come out and change.</param>
/// <param name="Unknowns">Weights of each of these that have to be solved for; 0 where that was not tried.</param>
/// <param name="Equations">Linear equations for them, from one query.</param>
/// <param name="Queries">Queries until the change is known; null if all examples are too few.</param>
/// <param name="Error">What is left of it then: the norm of the difference by that of the change.</param>
/// <param name="Changed">Weights that were changed.</param>
/// <param name="Found">How many of these are known then, each to a thousandth of its change.</param>
public sealed record LayerLeak(
    string Layer, string Op, int Inputs, int Outputs, int Unknowns, long Equations, int? Queries, double Error,
    int Changed, int Found);
