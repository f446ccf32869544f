using System.Text.Json;

namespace OnnxSplitter.Tests.Docs;

/// <summary>THIRD-PARTY-NOTICES.md lists what ships, as the lock files of what is packed know it.</summary>
public sealed class NoticesTests
{
    // Referred to while building alone.
    private static readonly string[] BuildOnly =
    [
        "Meziantou.Analyzer", "Microsoft.DotNet.ILCompiler", "Microsoft.NET.ILLink.Tasks",
        "runtime.linux-x64.Microsoft.DotNet.ILCompiler",
    ];

    [Fact]
    public void The_notices_list_every_package_that_ships_and_no_other()
    {
        var shipped = Directory.GetDirectories(Path.Combine(Repository.Root, "src"))
            .Append(Path.Combine(Repository.Root, "tools", "OnnxSplitter.Checker"))
            .Select(folder => Path.Combine(folder, "packages.lock.json")).Where(File.Exists).SelectMany(Packages)
            .Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(shipped, Rows().Select(cells => $"{cells[1]} {cells[2]}").Order(StringComparer.Ordinal));
        Assert.All(Rows(), cells =>
            Assert.True(cells[3].Length > 0 && cells[4].Length > 0, $"{cells[1]} lacks its licence."));
    }

    private static IEnumerable<string[]> Rows() =>
        File.ReadLines(Path.Combine(Repository.Root, "THIRD-PARTY-NOTICES.md"))
        .Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1)
        .Select(line => line.Split('|').Select(cell => cell.Trim()).ToArray());

    private static IEnumerable<string> Packages(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return
        [
            .. document.RootElement.GetProperty("dependencies").EnumerateObject()
                .SelectMany(framework => framework.Value.EnumerateObject())
                .Where(package => package.Value.GetProperty("type").GetString() != "Project"
                    && !BuildOnly.Contains(package.Name))
                .Select(package => $"{package.Name} {package.Value.GetProperty("resolved").GetString()}"),
        ];
    }
}
