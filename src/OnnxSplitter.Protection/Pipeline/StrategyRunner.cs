using OnnxSplitter.Data;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Search;
using OnnxSplitter.Protection.Strategies;
using OnnxSplitter.Protection.Strategies.Gradient;
using OnnxSplitter.Protection.Strategies.NnSplitter;
using OnnxSplitter.Protection.Strategies.RandomBaseline;

namespace OnnxSplitter.Protection.Pipeline;

/// <summary>Runs the strategy that a job asked for.</summary>
internal static class StrategyRunner
{
    // Enough examples for a mean and for which classes are likely.
    private const int ScaleExamples = 128;

    /// <summary>Makes moves on the context's model.</summary>
    public static void Run(SearchContext context, LoadedModel original)
    {
        var kind = context.Settings.Strategy;
        if (kind == StrategyKind.Random)
        {
            new RandomStrategy(context).Run();
            return;
        }

        var classes = context.Signature.Classes;
        var outputs = original.Outputs(context.Signature.Sample(context.Calibration, ScaleExamples));
        var objective = Objective.For(context.Signature, outputs);
        if (kind == StrategyKind.NnSplitter)
        {
            new NnSplitterStrategy(context, objective).Run();
            return;
        }

        using var gradient = new GradientPass(
            context.Model, context.Signature, context.Calibration, objective, context.Settings.MaxMemory);
        using var evaluator = new CandidateEvaluator(context.Model, context.Signature, gradient.Values);
        var likeliest = Enumerable.Range(0, classes)
            .OrderByDescending(
                c => Enumerable.Range(0, outputs.Length / classes).Sum(row => (double)outputs[row * classes + c]));
        new GradientStrategy(context, gradient, evaluator).Run(objective, [.. likeliest]);
    }
}
