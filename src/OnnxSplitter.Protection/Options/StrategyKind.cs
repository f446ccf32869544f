namespace OnnxSplitter.Protection.Options;

/// <summary>How the weights are chosen.</summary>
public enum StrategyKind
{
    /// <summary>By gradient, each choice measured exactly.</summary>
    Gradient,

    /// <summary>
    /// By the paper's controller: masked weights of the filters that it picks (NNSplitter, ICML 2023).
    /// </summary>
    NnSplitter,

    /// <summary>At random: the control that shows that choosing matters.</summary>
    Random,

    /// <summary>Nearly all of them, by a key: without data, by secrets that stay small.</summary>
    Keyed,
}
