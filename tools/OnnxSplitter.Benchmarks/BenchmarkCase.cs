using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Benchmarks;

/// <summary>One row of the table.</summary>
/// <param name="Model">Name of the model's file, without <c>.onnx</c>.</param>
/// <param name="Data">Name that its data files start with.</param>
/// <param name="Move">How values are changed.</param>
/// <param name="MostWeights">Goal: weights changed.</param>
/// <param name="MostAccuracy">Goal: accuracy of the obfuscated model, and the target that the search is given.</param>
/// <param name="MostSeconds">Goal for the whole job; null for none.</param>
internal sealed record BenchmarkCase(
    string Model, string Data, MoveKind Move, int MostWeights, double MostAccuracy, double? MostSeconds)
{
    public static IReadOnlyList<BenchmarkCase> All { get; } =
    [
        new("resnet20-fmnist", "fashion-mnist", MoveKind.Sign, 16, 0.105, 20),
        new("resnet20-fmnist", "fashion-mnist", MoveKind.Swap, 50, 0.105, null),
        new("resnet20-fmnist", "fashion-mnist", MoveKind.Extreme, 25, 0.105, null),
        new("resnet20-fmnist", "fashion-mnist", MoveKind.Best, 16, 0.105, null),
        new("vit-fmnist", "fashion-mnist", MoveKind.Sign, 24, 0.105, 30),
        new("resnet20-fmnist-int8", "fashion-mnist", MoveKind.Sign, 30, 0.105, null),
        new("resnet20-fmnist-float16", "fashion-mnist", MoveKind.Sign, 16, 0.105, null),
        new("resnet18-cifar10", "cifar10", MoveKind.Sign, 60, 0.11, 180),
    ];

    public string Path(string folder) => System.IO.Path.Combine(folder, $"{Model}.onnx");

    public string DataPath(string folder) => System.IO.Path.Combine(folder, Data);
}
