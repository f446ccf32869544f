using OnnxSplitter.Benchmarks.House;

namespace OnnxSplitter.Tests.Architecture;

/// <summary>The projects below <c>src</c> and <c>tools</c> as they were built for these tests.</summary>
internal static class House
{
    public static IReadOnlyList<ProjectFolder> Projects { get; } = ProjectFolder.All(Repository.Root);

    public static TheoryData<string> Names => [.. Projects.Select(project => project.Name)];

    public static ProjectFolder Project(string name) => Projects.Single(project => project.Name == name);

    public static IReadOnlyDictionary<string, HashSet<string>> Graph(string name)
    {
        var project = Project(name);
        var assembly = Path.Combine(AppContext.BaseDirectory, $"{project.AssemblyName}.dll");
        Assert.True(File.Exists(assembly), $"The tests don't refer to {name}, so that its folders can't be looked at.");
        return FolderGraph.Read(project, assembly);
    }
}
