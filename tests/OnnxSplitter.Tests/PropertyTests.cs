using System.Text.RegularExpressions;
using CsCheck;

namespace OnnxSplitter.Tests;

public sealed partial class PropertyTests
{
    [Fact]
    public void A_property_is_asked_of_the_same_draws_in_every_run()
    {
        var first = Drawn();
        Assert.InRange(first.Distinct().Count(), 40, 50);
        Assert.Equal(first, Drawn());
    }

    [Fact]
    public void A_draw_that_fails_is_shown_with_its_cause()
    {
        var cause = new ArithmeticException("why");
        var e = Assert.Throws<InvalidOperationException>(() => Gen.Const("what").Holds(_ => throw cause));
        Assert.Contains("draw 0: what", e.Message, StringComparison.Ordinal);
        Assert.Same(cause, e.InnerException);
    }

    [Fact]
    public void No_test_lets_the_clock_draw() => Assert.DoesNotContain(
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .Select(File.ReadAllText),
        text => text.Contains("using CsCheck;", StringComparison.Ordinal) && Sample().IsMatch(text));

    private static List<long> Drawn()
    {
        var drawn = new List<long>();
        Gen.Long.Holds(drawn.Add, draws: 50);
        return drawn;
    }

    [GeneratedRegex(@"[.]Sample(?:Async)?\(", RegexOptions.None, 1000)]
    private static partial Regex Sample();
}
