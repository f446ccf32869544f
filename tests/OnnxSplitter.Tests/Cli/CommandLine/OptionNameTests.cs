using System.Text.RegularExpressions;
using OnnxSplitter.Cli.Requests;
using OnnxSplitter.Hosting.CommandLine;

namespace OnnxSplitter.Tests.Cli.CommandLine;

/// <summary>Libraries name properties; who is at a terminal reads options.</summary>
public sealed partial class OptionNameTests
{
    [Fact]
    public void A_property_that_a_refusal_is_about_becomes_the_option() => Assert.Equal(
        "Allow more with --max-weights, not MaxMemory or MaxWeightsElsewhere.",
        OptionNames.In("Allow more with MaxWeights, not MaxMemory or MaxWeightsElsewhere.", ["MaxWeights"],
            ProtectDefinitions.Protect.NamesByProperty));

    [Fact]
    public void A_property_that_the_command_has_no_option_for_stays() =>
        Assert.Equal("Set Elsewhere.", OptionNames.In("Set Elsewhere.", ["Elsewhere"],
            ProtectDefinitions.Protect.NamesByProperty));

    [Fact]
    public void Every_property_that_a_refusal_is_about_has_an_option()
    {
        var named = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"))
            .SelectMany(path => Properties().Matches(File.ReadAllText(path)))
            .SelectMany(match => Name().Matches(match.Groups["names"].Value))
                .Select(match => match.Groups["name"].Value)
            .ToHashSet(StringComparer.Ordinal);
        Assert.NotEmpty(named);
        Assert.Empty(named.Except(ProtectDefinitions.Protect.NamesByProperty.Keys).Order());
    }

    [GeneratedRegex(@"\bProperties = \[(?<names>[^\]]+)\]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Properties();

    [GeneratedRegex("""(nameof\((\w+\.)*|")(?<name>[A-Z]\w+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();
}
