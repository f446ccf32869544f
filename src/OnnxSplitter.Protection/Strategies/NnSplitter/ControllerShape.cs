namespace OnnxSplitter.Protection.Strategies.NnSplitter;

/// <summary>The sizes that a controller is built for.</summary>
/// <param name="Filters">Filters of each layer.</param>
/// <param name="Picks">Filters picked in each layer; all of a layer that has fewer.</param>
/// <param name="Hidden">Width of the hidden state.</param>
/// <param name="Rollouts">Sequences of picks drawn, and learnt from, at once.</param>
internal sealed record ControllerShape(IReadOnlyList<int> Filters, int Picks, int Hidden, int Rollouts)
{
    /// <summary>Hidden state before the first layer [1, hidden].</summary>
    public const string Start = "start";

    /// <summary>What the previous layer's picks contribute [hidden, hidden].</summary>
    public const string FromPicks = "from picks";

    /// <summary>What the previous hidden state contributes [hidden, hidden].</summary>
    public const string FromState = "from state";

    /// <summary>Bias of the hidden state [hidden].</summary>
    public const string Bias = "bias";

    /// <summary>Scores of a layer's filters from the hidden state [filters, hidden].</summary>
    public static string Head(int layer) => $"head {layer}";

    /// <summary>Bias of a layer's scores [filters].</summary>
    public static string HeadBias(int layer) => $"head bias {layer}";

    /// <summary>Filters picked in a layer.</summary>
    public int PicksOf(int layer) => Math.Min(Picks, Filters[layer]);

    /// <summary>All parameters, always in this order.</summary>
    public IReadOnlyList<ControllerParameter> Parameters { get; } =
    [
        new(Start, [1, Hidden]), new(FromPicks, [Hidden, Hidden]), new(FromState, [Hidden, Hidden]),
        new(Bias, [Hidden]),
        .. Filters.SelectMany((filters, layer) => new ControllerParameter[]
        {
            new(Head(layer), [filters, Hidden]), new(HeadBias(layer), [filters]),
        }),
    ];
}
