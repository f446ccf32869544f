namespace OnnxSplitter.Protection.Strategies.RandomBaseline;

/// <summary>Changes weights drawn evenly from all: the control that shows that choosing matters.</summary>
internal sealed class RandomStrategy(SearchContext context)
{
    /// <summary>Makes moves until the budget of weights is used.</summary>
    public void Run()
    {
        using var draw = new RandomDraw(
            context.Model.File, context.Model.Tensors, context.Moves, context.Settings.Stealth, context.Settings.Seed,
            context.NoneExcluded());
        foreach (var candidate in draw.Candidates(context.Settings.MaxWeights))
            if (context.Allows(candidate)) context.Accept(candidate);
    }
}
