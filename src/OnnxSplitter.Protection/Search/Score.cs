using OnnxSplitter.Data;

namespace OnnxSplitter.Protection.Search;

/// <summary>The objective and what is left of the model, over some examples.</summary>
/// <param name="Objective">Mean over the examples.</param>
/// <param name="Accuracy">
/// What is left of the model by its measure (<see cref="Metrics.Utility"/>). Accuracy is balanced: the mean of each
/// class's share of right predictions. A model that always answers the same is at chance by this even where the
/// examples hold more of that class than of others.
/// </param>
/// <param name="Left">What decides when a search may stop: on a scale that the objective sets.</param>
internal readonly record struct Score(double Objective, double Accuracy, double Left);
