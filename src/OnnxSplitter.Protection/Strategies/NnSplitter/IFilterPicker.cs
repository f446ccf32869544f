namespace OnnxSplitter.Protection.Strategies.NnSplitter;

/// <summary>Picks the filters of rollouts, and may learn from what they were worth.</summary>
internal interface IFilterPicker : IDisposable
{
    /// <summary>Draws one sequence of picks per rollout of an update.</summary>
    /// <returns>Per rollout and layer, different filters in the order in which they were drawn.</returns>
    int[][][] Sample(Random random);

    /// <summary>Makes picks that were worth more than the mean likelier, the others less likely.</summary>
    /// <param name="picks">Of each rollout, as drawn.</param>
    /// <param name="rewards">What they were worth: more is better.</param>
    void Learn(int[][][] picks, double[] rewards);

    /// <summary>Updates made.</summary>
    int Updates { get; set; }

    /// <summary>All else that learning changes, in an order that stays; to be saved, and written into.</summary>
    IReadOnlyList<float[]> State { get; }
}
