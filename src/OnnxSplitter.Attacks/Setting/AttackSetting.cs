using OnnxSplitter.Attacks.Networks;
using OnnxSplitter.Attacks.Training;
using OnnxSplitter.Data;
using OnnxSplitter.Forensics.Detectors;

namespace OnnxSplitter.Attacks.Setting;

/// <summary>Everything that a thief has, and what his results are judged by.</summary>
internal sealed class AttackSetting : IDisposable
{
    // By so many, ways of which there are dozens are compared; the best is judged by all.
    private const int FewExamples = 500;
    private const int QuickExamples = 200;

    private Dataset? _few;

    /// <summary>Puts it together.</summary>
    /// <param name="network">The obfuscated model.</param>
    /// <param name="known">The thief's examples, with labels, in an order in which every class has its turn.</param>
    /// <param name="asked">Examples that results are judged by, with labels.</param>
    /// <param name="sessions">Opens sessions.</param>
    public AttackSetting(Network network, Dataset known, Dataset asked, Sessions sessions)
    {
        (Network, Known, Asked, Sessions) = (network, known, asked, sessions);
        Obfuscated = network.Read();
        Networks = new TrainedNetworks(network, known);
    }

    /// <summary>The obfuscated model.</summary>
    public Network Network { get; }

    /// <summary>What it is run and trained by.</summary>
    public TrainedNetworks Networks { get; }

    /// <summary>Its values.</summary>
    public Parameters Obfuscated { get; }

    /// <summary>The thief's examples.</summary>
    public Dataset Known { get; }

    /// <summary>What results are judged by; no attack looks at it.</summary>
    public Dataset Asked { get; }

    /// <summary>Opens sessions.</summary>
    public Sessions Sessions { get; }

    /// <summary>What the original answers for <see cref="Asked"/>; null where it is not known.</summary>
    public int[]? OriginalAnswers { get; init; }

    /// <summary>The original in a session; null where it is not known.</summary>
    public LoadedModel? Original { get; init; }

    /// <summary>The original's values; null where they are not known.</summary>
    public Parameters? OriginalValues { get; init; }

    /// <summary>Flat indices of the changed weights by tensor path; none where the original is not known.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<long>> Changed => field ??= OriginalValues is not { } original ? []
        : Network.Tensors.Select(tensor => (tensor.Path, Places: (IReadOnlyList<long>)
            [
                .. Enumerable.Range(0, tensor.Count)
                    .Where(i => original[tensor.Path][i] != Obfuscated[tensor.Path][i]).Select(i => (long)i),
            ])).Where(pair => pair.Places.Count > 0)
            .ToDictionary(pair => pair.Path, pair => pair.Places, StringComparer.Ordinal);

    /// <summary>What detectors guess, which several attacks go by; <see cref="Changed"/> judges them.</summary>
    public IReadOnlyList<Detection> Detections =>
        field ??= DetectorSuite.Run(Network.File, Changed, Cancellation);

    /// <summary>Values of a public model of the same architecture; null where there is none.</summary>
    public Parameters? Public { get; init; }

    /// <summary>
    /// The same, with fresh values instead of the obfuscated ones for tensors that the public model lacks.
    /// </summary>
    public Parameters? PublicAlone { get; init; }

    /// <summary>Whether to do what takes about a minute.</summary>
    public bool Quick { get; init; }

    /// <summary>What random choices start from.</summary>
    public int Seed { get; init; }

    /// <summary>When to stop beginning what can be left out.</summary>
    public Deadline Deadline { get; set; } = Deadline.None;

    /// <summary>Told what runs.</summary>
    public Action<string> Tell { get; init; } = _ => { };

    /// <summary>Examples that the model was run on.</summary>
    public long Evaluations { get; private set; }

    /// <summary>Stops.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Counts examples that the model was run on.</summary>
    public void Count(long examples) => Evaluations += examples;

    /// <summary>Judges values by all evaluation examples.</summary>
    public Attempt Judge(string how, TrainedNetwork trained)
    {
        Count(Asked.Count);
        return Judge(how, Networks.Predictions(trained, Asked)) with { Values = trained.Values };
    }

    /// <summary>Judges values.</summary>
    public Attempt Judge(string how, Parameters values) => Judge(how, new TrainedNetwork(values));

    /// <summary>Judges answers.</summary>
    /// <param name="how">How they were come by.</param>
    /// <param name="answers">A class for each evaluation example.</param>
    public Attempt Judge(string how, int[] answers) => new(how, BalancedAccuracy.Of(answers, Asked.Labels!),
        OriginalAnswers is { } original ? answers.Zip(original).Count(pair => pair.First == pair.Second)
            / (double)answers.Length : null);

    /// <summary>
    /// The best of many ways, chosen by some of the evaluation examples: more than a thief knows, who has no labels to
    /// choose by, and so no less than he gets.
    /// </summary>
    /// <param name="ways">Names and values.</param>
    public Attempt? Best(IEnumerable<(string How, Parameters Values)> ways)
    {
        _few ??= Network.Signature.Sample(Asked.Mixed(), Quick ? QuickExamples : FewExamples);
        (string How, Parameters Values, double Right)? best = null;
        foreach (var (how, values) in ways)
        {
            Cancellation.ThrowIfCancellationRequested();
            if (best is not null && Deadline.IsOver) break;
            Count(_few.Count);
            var right = Networks.Accuracy(new TrainedNetwork(values), _few);
            if (best is null || right > best.Value.Right) best = (how, values, right);
        }

        return best is { } found ? Judge(found.How, found.Values) : null;
    }

    /// <summary>A trainer for some of the thief's examples.</summary>
    public Trainer Trainer(ThiefData data) => new(Networks, data, Count, Cancellation);

    /// <summary>Finds how to train.</summary>
    public Tuner Tuner(ThiefData data) => new(Trainer(data), Deadline, Tell);

    /// <inheritdoc/>
    public void Dispose() => Networks.Dispose();
}
