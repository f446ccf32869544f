using OnnxSplitter.Attacks.Controls;
using OnnxSplitter.Attacks.Networks;
using OnnxSplitter.Attacks.Setting;
using OnnxSplitter.Attacks.Training;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Protection.Images;

namespace OnnxSplitter.Attacks.Suite;

/// <summary>Everything that a run of attacks works with.</summary>
internal sealed class OpenedModels : IDisposable
{
    private const int FewestLabels = 20;

    private static readonly int[] LabelCounts = [64, 600];
    private static readonly int[] QueryCounts = [50, 500];

    private readonly List<IDisposable> _owned = [];

    private OpenedModels()
    {
    }

    /// <summary>What attacks get.</summary>
    public AttackSetting Setting { get; private set; } = null!;

    /// <summary>The thief's labelled examples, by how many he has.</summary>
    public IReadOnlyList<ThiefData> Labelled { get; private set; } = [];

    /// <summary>Examples with a restored model's answers.</summary>
    public IReadOnlyList<ThiefData> Queried { get; private set; } = [];

    /// <summary>Accuracy of guessing.</summary>
    public double Chance { get; private set; }

    /// <summary>The original's accuracy, if it is known.</summary>
    public Measured? OriginalAccuracy { get; private set; }

    /// <summary>The obfuscated model's.</summary>
    public Measured ObfuscatedAccuracy { get; private set; }

    /// <summary>Reads models and examples.</summary>
    public static OpenedModels Open(AttackOptions options, Action<string> tell, CancellationToken cancellation)
    {
        var opened = new OpenedModels();
        try
        {
            opened.Read(options, tell, cancellation);
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>What a guess of values says about which were changed.</summary>
    public FoundPositions? Found(PlannedAttack run, Attempt attempt)
    {
        if (run.Attack.TakesLabels && run.Attack.Name != "mirror" && run.Attack.Name != "signs") return null;
        if (Setting.OriginalValues is null || attempt.Values is not { } values) return null;
        var (guessed, both) = (0L, 0L);
        foreach (var tensor in Setting.Network.Tensors)
        {
            var (now, taken) = (Setting.Obfuscated[tensor.Path], values[tensor.Path]);
            for (var i = 0; i < now.Length; i++)
                if (taken[i] != now[i]) guessed++;
            foreach (var i in Setting.Changed.GetValueOrDefault(tensor.Path, []))
                if (taken[i] != now[i]) both++;
        }

        var changed = Setting.Changed.Values.Sum(places => places.Count);
        return guessed == 0 ? null
            : new FoundPositions(both / (double)guessed, changed == 0 ? 0 : both / (double)changed, attempt.Auroc);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var one in Enumerable.Reverse(_owned)) one.Dispose();
    }

    private void Read(AttackOptions options, Action<string> tell, CancellationToken cancellation)
    {
        var sessions = options.Sessions;
        sessions.Check();
        using var obfuscated = sessions.Open(options.Obfuscated);
        var outputs = ModelOutputs.Of(options.Obfuscated);
        var output = outputs.Choose(obfuscated, options.ModelOutput);
        var inputs = ModelInput.Of(obfuscated);
        var known = ExampleReader.Read(options.Examples, inputs, options.Images, outputs.Classes(output));
        var asked = options.Evaluation is { } others
            ? ExampleReader.Read(others, inputs, options.Images, outputs.Classes(output)) : null;
        var signature = ModelSignature.Of(obfuscated, known, output);
        if (signature.Metric != Metric.Accuracy)
            throw new AttackOptionsException(
                $"Output '{signature.Output}' holds no class scores; the attacks are on classifiers.",
                "Name an output of class scores. What other outputs keep is measured by onnxsplit-check.");
        var original = options.Original is { } path ? Own(new LoadedModel(sessions.Open(path), signature)) : null;
        known = Answered(known, original, options.Examples);
        if (asked is null) (known, asked) = known.Split(options.Examples);
        else asked = Answered(asked, original, options.Evaluation!);
        signature.CheckLabels(known);
        signature.CheckLabels(asked);
        known = known.Mixed();
        var network = ReadNetwork(options.Obfuscated, signature, known, sessions);
        var theirs = options.Public is { } other ? ReadNetwork(other, signature, known, sessions) : null;
        var values = theirs is null ? null : Public(network, theirs, options.Public!);
        Setting = Own(new AttackSetting(network, known, asked, sessions)
        {
            Original = original,
            OriginalAnswers = original?.Predict(asked),
            OriginalValues = options.Original is { } truth
                ? network.ReadFrom(ReadNetwork(truth, signature, known, sessions), out _) : null,
            Public = values,
            PublicAlone = values is null ? null : Alone(network, theirs!, options.Seed),
            Quick = options.Quick,
            Seed = options.Seed,
            Tell = tell,
            Cancellation = cancellation,
        });
        Chance = BalancedAccuracy.Chance(asked.Labels!).Value;
        OriginalAccuracy = original?.Accuracy(asked);
        ObfuscatedAccuracy = Setting.Judge("as it is", Setting.Obfuscated).Accuracy;
        Labelled = [.. Counts(options.Labels, LabelCounts, known.Count, options.Quick)
            .Select(count => ThiefData.Of(known, count))];
        if (original is null || options.Quick || options.Queries is { Count: 0 }) return;
        var queried = original.Answer(known with { Labels = null });
        int[] counts = options.Queries is { } wanted ? Counts(wanted, [], known.Count, quick: false)
            : [.. QueryCounts.Where(count => count <= known.Count)];
        Queried = [.. counts.Select(count => ThiefData.Of(queried, count))];
    }

    private static int[] Counts(IReadOnlyList<int> asked, int[] usual, int available, bool quick)
    {
        if (asked.FirstOrDefault(count => count > available || count < FewestLabels) is not 0 and var bad)
            throw new AttackOptionsException(
                $"{bad} labels were asked for; there are {available}, and {FewestLabels} are the least.",
                "Ask for fewer, or pass more examples.");
        if (asked.Count > 0) return [.. asked.Distinct().Order()];
        if (available < FewestLabels)
            throw new AttackOptionsException($"There are {available} examples; {FewestLabels} are the least.",
                "Pass more examples.");
        var all = usual.Where(count => count <= available).DefaultIfEmpty(available);
        return quick ? [all.Last()] : [.. all.Append(available > 2 * usual[^1] ? available : all.Last()).Distinct()];
    }

    private T Own<T>(T one) where T : IDisposable
    {
        _owned.Add(one);
        return one;
    }

    private Network ReadNetwork(string path, ModelSignature signature, Dataset known, Sessions sessions) =>
        new(Own(ModelFile.Open(path)), signature, known, sessions);

    private static Parameters Public(Network network, Network theirs, string path)
    {
        var values = network.ReadFrom(theirs, out var matched);
        return matched * 2 >= network.Tensors.Count ? values
            : throw new AttackOptionsException(
                $"{path} has {matched} of the model's {network.Tensors.Count} tensors, by path or place and shape.",
                "Pass a model of the same architecture, exported the same way.");
    }

    /// <summary>What the public model lacks, such as a head of other classes, begins fresh.</summary>
    private static Parameters Alone(Network network, Network theirs, int seed)
    {
        var fresh = FreshParameters.Of(network.Tensors, seed);
        var shared = network.PathsIn(theirs);
        var values = network.ReadFrom(theirs, out _);
        return values.With((path, own) => shared.Contains(path) ? own : fresh[path]);
    }

    private static Dataset Answered(Dataset data, LoadedModel? original, string path) =>
        data.Labels is not null ? data
            : original?.Answer(data) ?? throw new DataFormatException($"{path} has no labels.",
                $"Save the class numbers as '{Dataset.LabelName}' in it, or pass the original model.");
}
