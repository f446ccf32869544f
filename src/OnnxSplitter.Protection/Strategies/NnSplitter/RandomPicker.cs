namespace OnnxSplitter.Protection.Strategies.NnSplitter;

/// <summary>Picks filters evenly at random: the control that shows what the controller's learning is worth.</summary>
internal sealed class RandomPicker(ControllerShape shape) : IFilterPicker
{
    public int Updates { get; set; }

    public IReadOnlyList<float[]> State => [];

    public int[][][] Sample(Random random) =>
    [
        .. Enumerable.Range(0, shape.Rollouts).Select(_ => shape.Filters.Select((filters, layer) =>
        {
            var all = Enumerable.Range(0, filters).ToArray();
            random.Shuffle(all);
            return all[..shape.PicksOf(layer)];
        }).ToArray()),
    ];

    public void Learn(int[][][] picks, double[] rewards) => Updates++;

    public void Dispose()
    {
    }
}
