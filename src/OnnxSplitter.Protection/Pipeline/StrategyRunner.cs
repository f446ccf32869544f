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
    // Of a thousand classes, those that the model gives most weight to are the easiest to collapse to.
    private const int MostClasses = 6;

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
        var published = ExampleObjective.For(context.Signature, outputs);
        if (kind == StrategyKind.NnSplitter)
        {
            new NnSplitterStrategy(context, published).Run();
            return;
        }

        Objective objective = context.Joint is { } joint ? new ExplainedObjective(joint.Blocks) : published;
        var signature = context.Joint?.Signature ?? context.Signature;
        using var gradient = new GradientPass(
            context.Model, signature, context.Calibration, objective, context.Settings.MaxMemory);
        using var evaluator = new CandidateEvaluator(context.Model, signature, gradient.Values);
        var strategy = new GradientStrategy(context, gradient, evaluator);
        if (context.Joint is not null) strategy.Run([objective], fallback: null);
        else strategy.Run([objective, .. Collapses(published, outputs, classes)], fallback: objective);
    }

    /// <summary>Collapse to each of the classes that the model gives most weight to.</summary>
    private static IEnumerable<Objective> Collapses(ExampleObjective errors, float[] outputs, int classes) =>
        Enumerable.Range(0, classes)
            .OrderByDescending(
                c => Enumerable.Range(0, outputs.Length / classes).Sum(row => (double)outputs[row * classes + c]))
            .Take(MostClasses)
            .Select(c => errors with { CollapseClass = c });
}
