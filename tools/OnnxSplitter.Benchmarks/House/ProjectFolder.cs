using System.Xml.Linq;

namespace OnnxSplitter.Benchmarks.House;

/// <summary>A project of the repository, as its file says.</summary>
/// <param name="Folder">Path of its folder.</param>
/// <param name="Name">Its name, which is its root namespace and its folder's name.</param>
/// <param name="AssemblyName">Name of what it is compiled to, without the extension.</param>
/// <param name="Description">What it is, in a line; empty if its file says nothing.</param>
/// <param name="References">Names of the projects that it refers to, in order.</param>
/// <param name="IsLibrary">Whether it is a package for programs of others: no program, and packed.</param>
public sealed record ProjectFolder(
    string Folder, string Name, string AssemblyName, string Description, IReadOnlyList<string> References,
        bool IsLibrary)
{
    /// <summary>
    /// The projects below <c>src</c> and <c>tools</c>, those that are used before those that use them.
    /// </summary>
    /// <param name="repository">Path of the repository's root.</param>
    /// <returns>All of them, once each.</returns>
    public static IReadOnlyList<ProjectFolder> All(string repository)
    {
        var found = ((string[])["src", "tools"])
            .SelectMany(group => Directory.GetDirectories(Path.Combine(repository, group)))
            .SelectMany(folder => Directory.GetFiles(folder, "*.csproj")).Select(Read)
            .ToDictionary(project => project.Name, StringComparer.Ordinal);
        var graph = found.Values.ToDictionary(
            project => project.Name, project => project.References.ToHashSet(StringComparer.Ordinal),
                StringComparer.Ordinal);
        return [.. Circles.Storeys(graph).Select(name => found[name])];
    }

    /// <summary>Its source files, without what the build makes.</summary>
    public IEnumerable<string> Sources => Directory.EnumerateFiles(Folder, "*.cs", SearchOption.AllDirectories)
        .Where(path => Path.GetRelativePath(Folder, path).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj"))
        .Order(StringComparer.Ordinal);

    /// <summary>The namespace that a file has to have.</summary>
    /// <param name="source">Path of a source file.</param>
    /// <returns>The project's name, then the folders below it.</returns>
    public string NamespaceOf(string source)
    {
        var below = Path.GetRelativePath(Folder, Path.GetDirectoryName(source)!);
        return below == "." ? Name : $"{Name}.{below.Replace(Path.DirectorySeparatorChar, '.')}";
    }

    /// <summary>What the build made of it last.</summary>
    /// <returns>Path of the newest assembly below <c>bin</c>; null if there is none.</returns>
    public string? BuiltAssembly() => Directory.Exists(Path.Combine(Folder, "bin"))
        ? Directory.EnumerateFiles(Path.Combine(Folder, "bin"), $"{AssemblyName}.dll", SearchOption.AllDirectories)
            .MaxBy(File.GetLastWriteTimeUtc)
        : null;

    private static ProjectFolder Read(string path)
    {
        var project = XDocument.Load(path);
        var name = Path.GetFileNameWithoutExtension(path);
        return new ProjectFolder(
            Path.GetDirectoryName(path)!, name,
            project.Descendants("AssemblyName").FirstOrDefault()?.Value ?? name,
            project.Descendants("Description").FirstOrDefault()?.Value ?? "",
            [
                .. project.Descendants("ProjectReference").Select(reference => reference.Attribute("Include")!.Value)
                    .Select(include => Path.GetFileNameWithoutExtension(include.Replace('\\', '/')))
                    .Order(StringComparer.Ordinal),
            ],
            !project.Descendants("OutputType").Any() && project.Descendants("IsPackable")
                .FirstOrDefault()?.Value != "false");
    }
}
