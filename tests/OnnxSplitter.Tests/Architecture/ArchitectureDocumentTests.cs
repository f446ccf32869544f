using System.Text;
using OnnxSplitter.Benchmarks.House;
using OnnxSplitter.Tests.Docs;

namespace OnnxSplitter.Tests.Architecture;

/// <summary>The pictures of docs/architecture.md are those of the projects' files and of what was compiled.</summary>
public sealed class ArchitectureDocumentTests
{
    private const string Page = "docs/architecture.md";
    private const string Start = "<!-- made by ArchitectureDocumentTests -->\n";
    private const string End = "<!-- end -->\n";

    [Fact]
    public void The_page_has_every_arrow_and_no_other()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, Page));
        var (before, after) = (text.Split(Start)[0], text.Split(End)[^1]);
        MadeFile.Matches(Page, before + Start + Pictures() + End + after);
    }

    private static string Pictures()
    {
        var text =
            new StringBuilder("\n## Projects\nArrows go from the user to what is used.\n\n```mermaid\nflowchart BT\n");
        foreach (var project in House.Projects)
            foreach (var used in Direct(project))
                text.Append($"  {Short(project.Name)} --> {Short(used)}\n");
        text.Append("```\n\n| project | what it is | refers to |\n|---|---|---|\n");
        foreach (var project in House.Projects)
            text.Append($"| {project.Name} | {project.Description} | {List(project.References.Select(Short))} |\n");

        text.Append(
            "\n## Folders\nFrom the ground up: a folder uses those above its row. *root* is the project's own one.\n");
        foreach (var project in House.Projects)
        {
            var graph = House.Graph(project.Name);
            if (graph.Count < 2) continue;
            text.Append($"\n### {project.Name}\n| folder | uses |\n|---|---|\n");
            foreach (var folder in Circles.Storeys(graph))
                text.Append(
                    $"| {Below(project, folder)} | {List(graph[folder].Select(used => Below(project, used)))} |\n");
        }

        return text.Append('\n').ToString();
    }

    // An arrow that others imply would only fill the picture.
    private static IEnumerable<string> Direct(ProjectFolder project) => project.References
        .Where(used => !project.References.Any(other => other != used && Reaches(other, used)));

    private static bool Reaches(string from, string to) =>
        House.Project(from).References.Any(used => used == to || Reaches(used, to));

    private static string Short(string project) => project["OnnxSplitter.".Length..];

    private static string Below(ProjectFolder project, string folder) =>
        folder == project.Name ? "*root*" : folder[(project.Name.Length + 1)..];

    private static string List(IEnumerable<string> names) => string.Join(", ", names.Order(StringComparer.Ordinal));
}
