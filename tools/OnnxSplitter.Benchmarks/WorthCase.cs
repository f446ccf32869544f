using OnnxSplitter.Data;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Benchmarks;

/// <summary>One row of what is left: a model, protected one way.</summary>
/// <param name="Model">Name of the model's file, without <c>.onnx</c>.</param>
/// <param name="Data">Name that its data files start with.</param>
/// <param name="How">What the row is called; with the model, what tells it from all others.</param>
/// <param name="Set">Sets what the row is about.</param>
internal sealed record WorthCase(
    string Model, string Data, string How, Func<ProtectionOptions, ProtectionOptions> Set)
{
    /// <summary>As the command line protects where nothing is said.</summary>
    public const string Default = "default";

    /// <summary>The measure of published work: the accuracy of the answers.</summary>
    public const string Published = "by accuracy alone";

    /// <summary>With no example at hand.</summary>
    public const string Blind = "no data given";

    private const string Shown = "stealth off";

    private static readonly (string Model, string Data)[] Models =
    [
        ("resnet20-fmnist", "fashion-mnist"), ("resnet20-fmnist-bn", "fashion-mnist"), ("vit-fmnist", "fashion-mnist"),
        ("mobilenetv2-fmnist", "fashion-mnist"), ("vgg11-fmnist", "fashion-mnist"), ("resnet18-cifar10", "cifar10"),
    ];

    /// <summary>All rows.</summary>
    public static IReadOnlyList<WorthCase> All { get; } = [.. Models.SelectMany(Of)];

    private static IEnumerable<WorthCase> Of((string Model, string Data) model) =>
    [
        new(model.Model, model.Data, Default, options => options),
        new(model.Model, model.Data, Blind, options => options with { Data = new DataSettings() }),
        new(model.Model, model.Data, Published,
            options => options with { Data = options.Data with { Metric = Metric.Accuracy } }),
        new(model.Model, model.Data, Shown,
            options => options with { Search = options.Search with { Stealth = StealthKind.Off } }),
    ];
}
