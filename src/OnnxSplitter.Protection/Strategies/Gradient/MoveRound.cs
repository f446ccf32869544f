using OnnxSplitter.Data;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Moves;
using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Protection.Strategies.Gradient;

/// <summary>
/// One round of choosing: the gradient, the moves with the highest estimated gain, their exact effect (first on a few
/// examples, the best of them on more), the best one made; then the runners-up are measured again with it in place.
/// </summary>
internal sealed class MoveRound(
    SearchContext context, GradientPass gradient, CandidateEvaluator evaluator, GainCorrection correction,
    RoundSize size)
{
    // Of one tensor and kind of move: the next ones are near copies of the first. Of a model of few tensors there are
    // more, so that a round has what it can measure.
    private const int MostAlike = 3;

    private readonly Dataset _gradientData =
        context.Signature.Sample(context.Calibration, Math.Max(size.Gradient, gradient.Batch));
    private readonly Dataset _screeningData = context.Signature.Sample(context.Calibration, size.Screening);
    private readonly Dataset _exactData = context.Signature.Sample(context.Calibration, size.Exact);

    /// <summary>Goes on from a line.</summary>
    /// <param name="line">Where to begin.</param>
    /// <param name="moves">Moves to make at most; at least one.</param>
    /// <param name="branches">Lines to return at most; further ones make the runners-up to the first move.</param>
    /// <returns>
    /// At least one line; where no move helped, the same moves with those that looked good ruled out.
    /// </returns>
    public List<SearchLine> Run(SearchLine line, int moves, int branches)
    {
        context.Load(line.Moves, line.Excluded);
        var objective = context.Supposition.Guesses.Count > 0 ? line.Objective.OfAnswers : line.Objective;
        var screened = Screen(Propose(objective), objective);
        var finalists = Finalists(screened, objective, out var present);
        var lines = new List<SearchLine>();
        foreach (var (candidate, after) in finalists.Take(branches))
        {
            if (after.Objective >= present.Objective) break;
            context.Load(line.Moves, line.Excluded);
            context.Accept(candidate);

            // The first branch goes on; the others are alternatives to its first move.
            var reached = lines.Count == 0 ? GoOn(screened, moves - 1, after, objective) : after;
            lines.Add(line with
            {
                Moves = [.. context.Accepted],
                Excluded = context.Excluded.Copy(),
                Score = reached,
                IdleRounds = 0
            });
        }

        if (lines.Count > 0) return lines;

        // Looked good on few examples and is not on more: ruled out, so that the next gradient finds others.
        var excluded = line.Excluded.Copy();
        foreach (var (candidate, _) in finalists) excluded.Add(candidate);
        return [line with { Excluded = excluded, Score = present, IdleRounds = line.IdleRounds + 1 }];
    }

    private Score GoOn(List<(Candidate Candidate, Score Score)> screened, int moves, Score present, Objective objective)
    {
        for (; moves > 0 && !context.IsLow(present); moves--)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            screened = [.. screened.Where(pair => context.Allows(pair.Candidate))];
            if (screened.Count == 0) break;
            var (candidate, after) = Finalists(screened, objective, out present)[0];
            if (after.Objective >= present.Objective) break;
            context.Accept(candidate);
            present = after;
        }

        return present;
    }

    private List<Candidate> Propose(Objective objective)
    {
        var tensors = context.Model.Tensors.ToDictionary(tensor => tensor.Path, StringComparer.Ordinal);
        var alike = Math.Max(MostAlike, size.Screened / (tensors.Count * context.Moves.Count));
        var proposals = new List<Task<Candidate[]>>();
        foreach (var (path, slopes) in gradient.Run(
            _gradientData, objective, () => evaluator.Outputs(_gradientData)))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            proposals.Add(Task.Run(() => Of(tensors[path], slopes)));

            // Of a large model the gradients of all tensors are never held at once.
            if (proposals.Count >= Environment.ProcessorCount)
                proposals[^Environment.ProcessorCount].GetAwaiter().GetResult();
        }

        return
        [
            .. proposals.SelectMany(tensor => tensor.GetAwaiter().GetResult())
                .Select(context.Model.Representable).OfType<Candidate>().Where(context.Allows)
                .Select(correction.Apply)
                .OrderByDescending(candidate => candidate.GainPerWeight).Take(size.Screened),
        ];

        Candidate[] Of(WeightTensor tensor, float[] slopes)
        {
            // Those of data files are read anew each time.
            var values = context.Model.Values(tensor.Path);
            var found = new List<Candidate>();
            foreach (var move in context.Moves)
                found.AddRange(move.Propose(
                    tensor, values, slopes, context.Rule(tensor), context.Excluded.Of(tensor.Path), alike));
            return [.. found];
        }
    }

    private List<(Candidate Candidate, Score Score)> Screen(List<Candidate> candidates, Objective objective)
    {
        var measured = candidates.Zip(evaluator.Evaluate(candidates, _screeningData, objective, out var present))
            .ToList();
        foreach (var (candidate, measure) in measured)
            correction.Learn(candidate, present.Objective - measure.Objective);
        return Sorted(measured, present);
    }

    private List<(Candidate Candidate, Score Score)> Finalists(
        List<(Candidate Candidate, Score)> screened, Objective objective, out Score present)
    {
        Candidate[] best = [.. screened.Take(size.Finalists).Select(pair => pair.Candidate)];
        return Sorted(best.Zip(evaluator.Evaluate(best, _exactData, objective, out present)), present);
    }

    /// <summary>By what was measured per weight, the best first.</summary>
    private static List<(Candidate Candidate, Score Score)> Sorted(
        IEnumerable<(Candidate Candidate, Score Score)> measured, Score present) =>
        [.. measured.OrderBy(pair => (pair.Score.Objective - present.Objective) / pair.Candidate.NewValues.Count)];
}
