namespace OnnxSplitter.Protection.Strategies;

/// <summary>Changes weights drawn evenly from all: the control that shows that choosing matters.</summary>
internal sealed class RandomStrategy(SearchContext context)
{
    /// <summary>Makes moves until the budget of weights is used.</summary>
    public void Run()
    {
        var random = new Random(context.Seed);
        var total = context.Model.Tensors.Sum(tensor => tensor.Count);

        // A tensor of zeros has no moves; give up on budgets that can't be met rather than draw for ever.
        for (var draws = 0L; context.WeightsChanged < context.MaxWeights && draws < 100L * context.MaxWeights + 1000; draws++)
        {
            var position = random.NextInt64(total);
            var tensor = context.Model.Tensors.First(t => (position -= t.Count) < 0);
            var taken = context.Taken.Of(tensor.Path);
            if (taken.Count >= tensor.Count) continue;
            var move = context.Moves[random.Next(context.Moves.Count)];
            if (move.Draw(tensor, context.Model.Values(tensor.Path), taken, random) is { } candidate
                && context.Allows(candidate)) context.Accept(candidate);
        }
    }
}
