using System.Reflection;
using System.Text.RegularExpressions;

namespace OnnxSplitter.Tests.Architecture;

/// <summary>Names use the words of docs/glossary.md, and none that stood for the same once.</summary>
public sealed partial class WordsTests
{
    private const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance
        | BindingFlags.Static | BindingFlags.DeclaredOnly;

    // The glossary says: rewriting, excluded weights, low memory, blocking node.
    private static readonly string[] Former = ["Forms", "Retained", "Taken", "Frugal", "Obstacle"];

    [Theory]
    [MemberData(nameof(House.Names), MemberType = typeof(House))]
    public void No_type_or_member_has_a_word_that_the_glossary_has_another_for(string project)
    {
        var house = House.Project(project);
        if (Path.GetFileName(Path.GetDirectoryName(house.Folder)) != "src") return;
        string[] names =
        [
            .. Assembly.Load(house.AssemblyName).GetTypes()
                .Where(type => type.Namespace?.StartsWith("OnnxSplitter", StringComparison.Ordinal) == true)
                .SelectMany(type => type.GetMembers(Own).Select(member => member.Name).Append(type.Name)),
        ];
        Assert.NotEmpty(names);
        Assert.DoesNotContain(names, name => Word().Matches(name).Any(word =>
            Former.Contains(word.Value, StringComparer.OrdinalIgnoreCase)));
    }

    // What is drawn are examples; the strategy's name is random.
    [Fact]
    public void The_random_strategy_is_called_so() => Assert.DoesNotContain(
        House.Project("OnnxSplitter.Protection").Sources
            .Where(source => source.Contains("Strategies", StringComparison.Ordinal)),
        source => DrawnName().IsMatch(File.ReadAllText(source)));

    // Properties, in whose place a program puts its options; pkcs11-tool is a program of others.
    [Theory]
    [MemberData(nameof(House.Names), MemberType = typeof(House))]
    public void No_library_names_an_option_of_a_program(string project)
    {
        var house = House.Project(project);
        if (!house.IsLibrary) return;
        Assert.DoesNotContain(house.Sources.SelectMany(File.ReadLines),
            line => Option().IsMatch(line) && !line.Contains("pkcs11-tool", StringComparison.Ordinal));
    }

    [GeneratedRegex("\"[^\"]*(?<![\\w-])--[a-z]", RegexOptions.None, 1000)]
    private static partial Regex Option();

    [GeneratedRegex(@"[A-Z]?[a-z]+", RegexOptions.None, 1000)]
    private static partial Regex Word();

    [GeneratedRegex(@"\b\w*Drawn\w*\b", RegexOptions.None, 1000)]
    private static partial Regex DrawnName();
}
