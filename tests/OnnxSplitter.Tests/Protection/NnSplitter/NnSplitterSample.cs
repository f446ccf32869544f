using Google.Protobuf;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Protection.Execution;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Protection.Search;
using OnnxSplitter.Protection.State;
using OnnxSplitter.Protection.Strategies;

namespace OnnxSplitter.Tests.Protection.NnSplitter;

/// <summary>Searches on a model so small that one takes a moment.</summary>
internal sealed class NnSplitterSample : IDisposable
{
    private const int Examples = 32;

    private readonly TemporaryFolder _folder = new();

    public NnSplitterSample()
    {
        File.WriteAllBytes(_folder["channels.onnx"], ChannelModel.Make().ToByteArray());
        Original = LoadedModel.Open(_folder["channels.onnx"]);
        var data = Drawn.For(Original.Signature, Examples, seed: 5);
        Data = data with { Labels = Original.Predict(data) };
    }

    public static NnSplitterOptions Options { get; } = new()
    {
        Updates = 3,
        Rollouts = 2,
        FiltersPerLayer = 2,
        Steps = 4,
        Batch = 8,
        HiddenSize = 6,
    };

    public LoadedModel Original { get; }

    public Dataset Data { get; }

    public SearchModel Model() =>
        new(ModelFile.Open(_folder["channels.onnx"]), TensorFilter.None, Original.Signature, Data);

    /// <summary>A search with a target out of reach, so that it makes all its updates.</summary>
    public SearchContext Context(NnSplitterOptions options, Action<string, int>? report = null,
        ISearchJournal? journal = null, double target = -1, int seed = 3,
        Func<IReadOnlyList<AcceptedMove>, double>? evaluation = null, CancellationToken cancellation = default)
    {
        var model = Model();
        return new SearchContext
        {
            Settings = new SearchSettings
            {
                Strategy = StrategyKind.NnSplitter,
                MaxWeights = 30,
                Seed = seed,
                NnSplitter = options,
            },
            Model = model,
            Signature = Original.Signature,
            Calibration = Data,
            Target = target,
            Meets = moves => (evaluation?.Invoke(moves) ?? Accuracy(model)) <= target,
            Report = (phase, number, _, _) => report?.Invoke(phase, number),
            Journal = journal ?? new NoJournal(),
            Cancellation = cancellation,
        };
    }

    /// <summary>The accuracy of a model at its present values.</summary>
    public double Accuracy(SearchModel model)
    {
        using var present = GraphSessions.Plain.Load(model.Proto, Original.Signature);
        return present.Accuracy(Data).Value;
    }

    /// <summary>Runs the strategy.</summary>
    /// <returns>Whether the target was reached.</returns>
    public bool Run(SearchContext context)
    {
        StrategyRunner.Run(context, Original);
        return context.MeetsTarget();
    }

    /// <summary>All that a search has changed.</summary>
    public static (string, long, float)[] Changes(SearchContext context) =>
    [
        .. context.Accepted.SelectMany(move => move.Candidate.NewValues.Select(weight =>
            (move.Candidate.Tensor.Path, weight.Index, weight.Value))),
    ];

    public void Dispose()
    {
        Original.Dispose();
        _folder.Dispose();
    }
}
