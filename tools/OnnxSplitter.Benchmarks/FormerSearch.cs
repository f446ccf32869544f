namespace OnnxSplitter.Benchmarks;

/// <summary>
/// A search that both a former build and this one do, and what this one has to come to: ratios of what it takes to what
/// that one takes, in one run.
/// </summary>
/// <param name="Model">Name of the model's file, without <c>.onnx</c>.</param>
/// <param name="Data">Name that its data files start with.</param>
/// <param name="How">What is searched, in a few words.</param>
/// <param name="Former">Options of the former build.</param>
/// <param name="Present">Options of this one.</param>
internal sealed record FormerSearch(string Model, string Data, string How, string[] Former, string[] Present)
{
    // The former build's target for ResNet-18.
    private static readonly string[] Eleven = ["--target-accuracy", "0.11"];

    /// <summary>Goal: ratio of the seconds.</summary>
    public required double MostSeconds { get; init; }

    /// <summary>Goal: ratio of the peaks of memory; null for none.</summary>
    public double? MostMemory { get; init; }

    /// <summary>Goal: weights changed; null for no more than the former build changes.</summary>
    public int? MostWeights { get; init; }

    /// <summary>
    /// All of them. What a thief could still get was not measured by the build of 25 November 2026: as it did, its
    /// rows aim at the answers alone and take changes that show. The last two are this build's default; their goals are
    /// seconds of that build's day by those that it took then: 25 by 12 for its demo, 150 by 45 for ResNet-18.
    /// </summary>
    public static IReadOnlyList<FormerSearch> All { get; } =
    [
        Fashion("resnet20-fmnist", "best", 0.7),
        Fashion("vit-fmnist", "best", 0.7),
        Fashion("mobilenetv2-fmnist", "best", 0.7) with { MostMemory = 0.35 },
        Fashion("vgg11-fmnist", "best", 0.5) with { MostMemory = 0.35 },
        Fashion("vgg11-fmnist", "sign", 0.2),
        Cifar("best", 0.4) with { MostMemory = 0.35 },
        Cifar("sign", 0.35),
        Cifar("best", 0.2, "--tensors", "conv") with { How = "best, convolutions alone", MostWeights = 27 },
        Fashion("resnet20-fmnist", "sign", 25 / 12.0) with
        {
            How = "default beside sign", Present = [], MostWeights = 24
        },
        Cifar("best", 150 / 45.0) with { How = "default beside best", Present = [], MostWeights = 64 },
    ];

    private static FormerSearch Fashion(string model, string move, double seconds) =>
        new(model, "fashion-mnist", move, ["--move", move], Published("--move", move)) { MostSeconds = seconds };

    private static FormerSearch Cifar(string move, double seconds, params string[] more) =>
        new("resnet18-cifar10", "cifar10", move, ["--move", move, .. Eleven, .. more],
            Published(["--move", move, .. Eleven, .. more]))
        { MostSeconds = seconds };

    private static string[] Published(params string[] options) =>
        ["--measure", "accuracy", "--stealth", "off", .. options];
}
