using OnnxSplitter.Attacks.Networks;

namespace OnnxSplitter.Attacks.Training;

/// <summary>
/// Finds how to train: all recipes for a few epochs, the best third of them longer, the best of those longest
/// (successive halving: Jamieson and Talwalkar, 2016).
/// </summary>
/// <param name="trainer">Trains.</param>
/// <param name="deadline">When to stop beginning what can be left out.</param>
/// <param name="tell">Told what runs.</param>
internal sealed class Tuner(Trainer trainer, Deadline deadline, Action<string> tell)
{
    private const int Third = 3;

    /// <summary>Trains by all recipes, and on by the best.</summary>
    /// <param name="start">Where each training begins.</param>
    /// <param name="recipes">At least one.</param>
    /// <param name="lengths">Of each round, one after the other.</param>
    /// <param name="seed">Decides the order of examples.</param>
    /// <param name="values">What the trained numbers stand for; null for the tensors themselves.</param>
    /// <returns>What did best on the examples held out; of equals, what was trained longest.</returns>
    public Trained Best(Parameters start, IReadOnlyList<Recipe> recipes, IReadOnlyList<Length> lengths, int seed,
        IReparametrisation? values = null)
    {
        Trained? best = null;
        var left = recipes;
        foreach (var epochs in lengths.Select(trainer.Epochs))
        {
            var round = new List<Trained>();
            foreach (var recipe in left)
            {
                // Where time is over the best goes on alone: a recipe that was only tried says little.
                if (round.Count > 0 && deadline.IsOver) break;
                tell($"{recipe}, {epochs} epochs");
                var trained = trainer.Train(start, recipe, epochs, seed, values);
                round.Add(trained);
                if (best is null || trained.HeldOut >= best.HeldOut) best = trained;
            }

            left = [.. round.OrderByDescending(one => one.HeldOut).Take(Math.Max(1, left.Count / Third))
                .Select(one => one.Recipe)];
            if (left.Count == 0) break;
        }

        return best!;
    }
}
