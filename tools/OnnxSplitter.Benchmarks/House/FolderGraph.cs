using System.Text.RegularExpressions;
using Mono.Cecil;

namespace OnnxSplitter.Benchmarks.House;

/// <summary>
/// Which folders of a project use which: by the references of its compiled types, joined with the <c>using</c> lines of
/// its sources, since constants and <c>nameof</c> leave nothing in what is compiled.
/// </summary>
public static partial class FolderGraph
{
    /// <summary>Reads a project's graph.</summary>
    /// <param name="project">The project.</param>
    /// <param name="assembly">Path of what it was compiled to; null to go by the <c>using</c> lines alone.</param>
    /// <returns>For each namespace of the project, its folders, the other ones that it uses.</returns>
    public static IReadOnlyDictionary<string, HashSet<string>> Read(ProjectFolder project, string? assembly)
    {
        ArgumentNullException.ThrowIfNull(project);
        var graph = project.Sources.Select(project.NamespaceOf).Distinct(StringComparer.Ordinal)
            .ToDictionary(name => name, _ => new HashSet<string>(StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (var source in project.Sources)
        {
            foreach (Match line in UsingLine().Matches(File.ReadAllText(source)))
            {
                var used = line.Groups["name"].Value;

                // `using static` and an alias name a type of the namespace.
                Add(project.NamespaceOf(source), graph.ContainsKey(used) ? used
                    : used[..Math.Max(used.LastIndexOf('.'), 0)]);
            }
        }

        if (assembly is null) return graph;
        using var module = ModuleDefinition.ReadModule(assembly);
        foreach (var type in module.Types)
        {
            // A program's own class has no namespace.
            var from = type is { Namespace: "", Name: "Program" } ? project.Name : type.Namespace;
            foreach (var used in TypeReferences.Of(type).Where(used => used.Scope == module)) Add(from, used.Namespace);
        }

        return graph;

        void Add(string from, string used)
        {
            if (from != used && graph.ContainsKey(used) && graph.TryGetValue(from, out var all)) all.Add(used);
        }
    }

    [GeneratedRegex(@"^(global )?using (static )?(\w+ = )?(?<name>[\w.]+);",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex UsingLine();
}
