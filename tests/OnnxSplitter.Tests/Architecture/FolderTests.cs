using System.Text.RegularExpressions;
using OnnxSplitter.Benchmarks.House;

namespace OnnxSplitter.Tests.Architecture;

/// <summary>In a project, arrows between folders point one way.</summary>
public sealed partial class FolderTests(ITestOutputHelper output)
{
    [Theory]
    [MemberData(nameof(House.Names), MemberType = typeof(House))]
    public void No_two_folders_use_each_other_and_none_lies_on_a_longer_circle(string project)
    {
        var graph = House.Graph(project);
        string[] pairs = [.. Circles.Pairs(graph).Select(pair => $"{pair.One} <-> {pair.Other}")];
        output.WriteLine($"{project}: {pairs.Length} pairs of folders that use each other");
        Assert.True(pairs.Length == 0, string.Join('\n', pairs));

        var circles = Circles.All(graph).Select(circle => string.Join(" -> ", circle)).ToArray();
        Assert.True(circles.Length == 0, string.Join('\n', circles));
    }

    [Theory]
    [MemberData(nameof(House.Names), MemberType = typeof(House))]
    public void A_files_namespace_is_its_folder(string project)
    {
        var house = House.Project(project);
        Assert.NotEmpty(house.Sources);
        Assert.All(house.Sources, source =>
        {
            var names = NamespaceLine().Matches(File.ReadAllText(source)).Select(match => match.Groups["name"].Value);
            if (Path.GetFileName(source) != "Program.cs") Assert.Equal([house.NamespaceOf(source)], names);
        });
    }

    [GeneratedRegex(@"^namespace (?<name>[\w.]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NamespaceLine();
}
