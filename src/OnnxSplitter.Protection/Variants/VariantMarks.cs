using System.Numerics.Tensors;
using OnnxSplitter.Protection.Moves;
using OnnxSplitter.Protection.Strategies;
using OnnxSplitter.Protection.Strategies.RandomBaseline;

namespace OnnxSplitter.Protection.Variants;

/// <summary>
/// Marks: changes that one variant has and no other. They are moves of the job's own kind, so they look like what the
/// search did, and each alters its weight by at least a standard deviation of its tensor, so that fine-tuning, which
/// moves weights by far less, leaves them recognisable.
/// </summary>
internal static class VariantMarks
{
    /// <summary>Weights to mark a variant with, or one more where a move changes two.</summary>
    /// <remarks>
    /// A quarter of them may be lost, and no other variant's comes near: see <see cref="LeakTrace"/>.
    /// </remarks>
    public const int Weights = 16;

    // Nearly every draw of a usual tensor is bold enough after a few; a model of zeros never has one.
    private const int MostDraws = 20_000;

    /// <summary>Draws a variant's marks.</summary>
    /// <param name="context">
    /// The search: its model, and the weights that are excluded, to which these are added.
    /// </param>
    /// <param name="random">Where they come from.</param>
    /// <returns>Null if the model has not enough weights left.</returns>
    public static IReadOnlyList<Candidate>? Draw(SearchContext context, Random random)
    {
        // What the paper's strategy does to its weights is no move; a mark of its then turns a sign.
        IReadOnlyList<Move> moves = context.Moves.Count > 0 ? context.Moves : [new SignMove()];
        var tensors = context.Model.Tensors;
        var spreads = new Dictionary<string, float>(StringComparer.Ordinal);
        var total = tensors.Sum(tensor => tensor.Count);
        var marks = new List<Candidate>();
        var weights = 0;
        for (var draw = 0; draw < MostDraws && weights < Weights; draw++)
        {
            var tensor = RandomDraw.Pick(tensors, total, random);
            var excluded = context.Excluded.Of(tensor.Path);
            if (excluded.Count >= tensor.Count) continue;
            var values = context.Model.Source(tensor.Path);
            if (moves[random.Next(moves.Count)]
                .Draw(tensor, values, context.Rule(tensor), excluded, random) is not { } drawn
                || context.Model.Representable(drawn) is not { } mark || context.Excluded.Holds(mark)
                || !context.Model.Fits(mark)) continue;
            if (!spreads.TryGetValue(tensor.Path, out var spread))
                spreads[tensor.Path] = spread = TensorPrimitives.StdDev(context.Model.Values(tensor.Path));
            if (!IsBold(mark, values, spread)) continue;
            context.Excluded.Add(mark);
            marks.Add(mark);
            weights += mark.NewValues.Count;
        }

        return weights < Weights ? null : marks;
    }

    private static bool IsBold(Candidate mark, IWeightSource values, float spread)
    {
        foreach (var weight in mark.NewValues)
            if (!(Math.Abs(weight.Value - values[weight.Index]) >= spread)) return false;
        return spread > 0;
    }
}
