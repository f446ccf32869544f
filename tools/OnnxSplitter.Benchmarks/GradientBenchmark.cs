using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using Onnx;
using OnnxSplitter.Benchmarks.Measuring;
using OnnxSplitter.Data;
using OnnxSplitter.Gradients.Loss;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Benchmarks;

/// <summary>
/// What gradients cost: of all weights, and of a few channels (a search step), beside PyTorch's forward and backward
/// pass of the same model and ONNX Runtime's forward pass. All take turns, so that a busy machine slows all of them.
/// </summary>
internal static class GradientBenchmark
{
    private const int Batch = 64;
    private const int Repetitions = 7;
    private const int ChannelsPerSet = 4;

    // Goals: at most so many times PyTorch's forward and backward pass, and ONNX Runtime's forward pass.
    private static readonly (double Torch, double Forward) Full = (1.0, 3.2);
    private static readonly (double Torch, double Forward) SearchStep = (0.6, 2.2);

    /// <summary>Measures one model and prints a table.</summary>
    /// <param name="path">The model.</param>
    /// <param name="dataPath">Labelled examples for it, at least 64.</param>
    /// <returns>Exit code: 0 if the results agree with PyTorch's, 1 if not.</returns>
    public static int Run(string path, string dataPath)
    {
        using var loaded = LoadedModel.Open(path);
        var signature = loaded.Signature;
        var data = Dataset.Read(dataPath, signature.Inputs).First(Batch);
        using var file = ModelFile.Open(path);
        var model = new SearchModel(file, TensorFilter.None, signature, data);
        var targets = new ExampleObjective(null, 1, Probabilities: false).Targets(data, signature.Classes);
        using var torch = new TorchGradient(path, dataPath, Batch, Environment.ProcessorCount);

        var opening = Stopwatch.StartNew();
        var graph = new LossGraph(model, signature, Batch, LossKind.CrossEntropyOfLogits, 1);
        using var feeds = graph.Feeds(data, 0, targets);
        var weights = model.Tensors.Select(tensor => tensor.Path).ToArray();
        var gradients = graph.Differentiate(feeds, weights, out _).Names;
        var outputs = gradients.Values.Append(graph.Loss).ToArray();
        foreach (var output in outputs) graph.Proto.Graph.Output.Add(new ValueInfoProto { Name = output });
        var built = opening.Elapsed.TotalMilliseconds;
        using var session = model.Sessions.Open(graph.Proto);
        var opened = opening.Elapsed.TotalMilliseconds;

        var layers = model.Tensors.Where(tensor => tensor.Dims.Count == 4).ToArray();
        var passes = new (string Name, DeltaPass Pass)[]
        {
            ("search step, a late layer", Pass([layers[^2]])),
            ("search step, a middle layer", Pass([layers[layers.Length / 2]])),
            ("search step, all Conv layers", Pass(layers)),
        };
        using var run = new RunOptions();
        var agree = true;
        using (var results = session.Run(run, [.. feeds.Values.Keys], [.. feeds.Values.Values], outputs))
        {
            agree &= Agree("loss", results[^1].GetTensorDataAsSpan<float>()[0], torch.Loss);
            foreach (var (weight, result) in gradients.Keys.Zip(results))
                if (torch.Norms.TryGetValue(weight, out var norm))
                    agree &= Agree(weight, TensorPrimitives.Norm(result.GetTensorDataAsSpan<float>()), norm);
        }

        var rows = new List<(string Name, (double Torch, double Forward)? Goal, Func<double> Step, List<double> Times)>
        {
            ("PyTorch, forward and backward", null, torch.Step, []),
            ("ONNX Runtime, forward", null, Timed(() => loaded.Outputs(data)), []),
            ("gradient of all weights", Full, Timed(() =>
                session.Run(run, [.. feeds.Values.Keys], [.. feeds.Values.Values], outputs).Dispose()), []),
        };
        foreach (var (name, pass) in passes)
        {
            var deltas = pass.Dims.Select(dims => new float[dims.Aggregate(1L, (p, d) => p * d)]).ToArray();
            rows.Add((name, SearchStep, Timed(() => pass.Run(data, 0, targets, deltas)), []));
        }

        // The first round warms up.
        for (var round = 0; round <= Repetitions; round++)
            foreach (var row in rows)
                if (row.Step() is var time && round > 0) row.Times.Add(time);
        foreach (var (_, pass) in passes) pass.Dispose();

        Console.WriteLine(
            Text($"{Path.GetFileName(path)}, batch {Batch}, {Environment.ProcessorCount} processors, ")
            + Text($"medians of {Repetitions}; graph {built:f0} ms, session {opened - built:f0} ms"));
        Console.WriteLine();
        Console.WriteLine("| what | ms | x PyTorch | x forward | goals |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var (name, goal, _, times) in rows)
        {
            var (byTorch, byForward) =
                (Middle.Of(times) / Middle.Of(rows[0].Times), Middle.Of(times) / Middle.Of(rows[1].Times));
            var goals = goal is { } g
                ? Text($"{g.Torch:f1}: {Met(byTorch <= g.Torch)}; {g.Forward:f1}: {Met(byForward <= g.Forward)}")
                : "";
            Console.WriteLine(
                Text($"| {name} | {1000 * Middle.Of(times):f0} | {byTorch:f2} | {byForward:f2} | {goals} |"));
        }

        return agree ? 0 : 1;

        DeltaPass Pass(IReadOnlyList<OnnxSplitter.Onnx.Weights.WeightTensor> tensors) => new(
            model, signature, LossKind.CrossEntropyOfLogits, 1, Batch,
            [.. tensors.Select(tensor =>
                new ChannelSet(tensor, [.. Enumerable.Range(0, ChannelsPerSet).Select(i => 3 * i)]))],
            data);
    }

    private static bool Agree(string name, double ours, double theirs)
    {
        var agree = Math.Abs(ours - theirs) <= 1e-3 * Math.Abs(theirs);
        if (!agree) Console.WriteLine(Text($"{name}: {ours:g6}, PyTorch says {theirs:g6}"));
        return agree;
    }

    private static Func<double> Timed(Action step) => () =>
    {
        var watch = Stopwatch.StartNew();
        step();
        return watch.Elapsed.TotalSeconds;
    };

    private static string Met(bool met) => met ? "met" : "not met";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
