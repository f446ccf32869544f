using Microsoft.CodeAnalysis;
using OnnxSplitter.Benchmarks.House;

namespace OnnxSplitter.Benchmarks;

/// <summary>The figures of a repository's architecture, beside their goals; of any build of this project.</summary>
internal static class HouseReport
{
    private static readonly string[] Options = ["--max-memory", "--mask-shift"];

    /// <summary>Looks at a repository that has been built, and prints a table.</summary>
    /// <param name="repository">Path of its root.</param>
    /// <param name="verbose">Whether the places behind each figure are listed.</param>
    /// <returns>Exit code: 0.</returns>
    public static int Run(string repository, bool verbose)
    {
        repository = Path.GetFullPath(repository);
        var model = new SourceModel(repository);
        var start = model.Member<IPropertySymbol>("ProtectRequest", "Model");
        var entry = model.Member<IMethodSymbol>("ProtectJob", "Run");
        Console.WriteLine("| what | figure | goal |");
        Console.WriteLine("|---|---|---|");
        Row("pairs of folders of one project that use each other", Pairs(repository), "0");
        foreach (var option in Options) Row($"places that {option} touches", OptionPlaces.Find(repository, option),
            "2");
        Row("places that commit several files by themselves", CommitCount.Places(model), "1");
        var entered = PathFlow.Files(model, start, entry);
        Row("folders that the model path of `protect` enters", Folders(entered), "at most 25");
        Row("files of these", entered, "at most 25");
        var opened = PathFlow.Files(model, start, entry, "ModelFile");
        Row("folders that it enters as a path or as the opened `ModelFile`", Folders(opened), "at most 25");
        Row("files of these", opened, "at most 25");
        Row("calls that index the model at that path", PathFlow.Calls(model, start, entry, IsIndexing), "1");
        var times = OpenedFiles.Count(
            ProjectFolder.All(repository).Single(project => project.Name == "OnnxSplitter.Cli").BuiltAssembly()!,
            Path.Combine(repository, "models", "resnet20-fmnist.onnx"),
            Path.Combine(repository, "models", "fashion-mnist-calibration.npz"),
            Path.Combine(repository, "models", "fashion-mnist-evaluation.npz"));
        Console.WriteLine($"| times that `protect` opens the original | {times} | 3 |");
        return 0;

        void Row(string what, IReadOnlyList<string> found, string goal)
        {
            Console.WriteLine($"| {what} | {found.Count} | {goal} |");
            if (!verbose) return;
            foreach (var one in found) Console.WriteLine(
                $"  {one.Replace(repository + Path.DirectorySeparatorChar, "", StringComparison.Ordinal)}");
        }
    }

    private static string[] Folders(IEnumerable<string> files) =>
        [.. files.Select(file => Path.GetDirectoryName(file)!).Distinct()];

    /// <summary>Whether a call makes an index; what such a call does within is no further one.</summary>
    private static bool IsIndexing(IMethodSymbol method) => method is
    {
        Name: "Open" or "Read", ContainingType.Name: "ModelFile", DeclaredAccessibility: Accessibility.Public,
    };

    private static string[] Pairs(string repository) =>
    [
        .. ProjectFolder.All(repository)
            .SelectMany(project => Circles.Pairs(FolderGraph.Read(project, project.BuiltAssembly())))
            .Select(pair => $"{pair.One} <-> {pair.Other}"),
    ];
}
