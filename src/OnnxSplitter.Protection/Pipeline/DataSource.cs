namespace OnnxSplitter.Protection.Pipeline;

/// <summary>Where examples and labels came from.</summary>
public enum DataSource
{
    /// <summary>The data had labels.</summary>
    Labels,

    /// <summary>The data had no labels, or labels were no use: what the original answers stands for them.</summary>
    OwnPredictions,

    /// <summary>There was no data: random inputs, and what the original answers to them.</summary>
    RandomInputs,

    /// <summary>
    /// The same, where the original gives all of them one class: it is judged by its scores as values.
    /// </summary>
    RandomInputsOfOneClass,
}
