using System.Text.Json.Serialization;
using OnnxSplitter.Data;
using OnnxSplitter.Gradients.Loss;

namespace OnnxSplitter.Protection.Search;

/// <summary>What a search drives down.</summary>
[JsonDerivedType(typeof(ExampleObjective), "example")]
[JsonDerivedType(typeof(ExplainedObjective), "explained")]
internal abstract record Objective
{
    /// <summary>The loss whose gradient is taken.</summary>
    public abstract LossKind Loss { get; }

    /// <summary>Divides the margin of a smooth accuracy.</summary>
    public abstract float LossTemperature { get; }

    /// <summary>What is driven down where repairs are supposed, whose answers must not be right.</summary>
    [JsonIgnore]
    public virtual Objective OfAnswers => this;

    /// <summary>The same without what is read inside the network.</summary>
    [JsonIgnore]
    public virtual Objective OfOutputs => this;

    /// <summary>
    /// The objective is this times the mean over examples of the gradient graph's loss (plus a constant).
    /// </summary>
    public abstract double LossFactor(Dataset data);

    /// <summary>What the loss compares each example's outputs with, or weighs them by, row by row.</summary>
    /// <param name="data">Examples.</param>
    /// <param name="width">Values of the output per example.</param>
    /// <param name="outputs">Gives the model's present outputs for them, if asked.</param>
    public abstract float[] Targets(Dataset data, int width, Func<float[]> outputs);

    /// <summary>Prepares to score states of the model.</summary>
    /// <param name="data">All examples that are scored, at least one.</param>
    /// <param name="width">Values of the output per example.</param>
    /// <returns>Begins the score of a state.</returns>
    public abstract Func<ScoreSum> Scores(Dataset data, int width);
}
