using System.CommandLine;
using System.Globalization;
using OnnxSplitter.Cli.Requests;
using OnnxSplitter.Hosting.CommandLine;

namespace OnnxSplitter.Tests.Cli.CommandLine;

/// <summary>What a command line asked for, written as a line again, asks for the same.</summary>
public sealed class RowTests
{
    private const int Lines = 300;

    private static readonly string[] Texts =
        ["a", "with space", "it's", "--force", "-", "-x", "@file", "a=b", "=", "a:b", "\"q\"", "ü/\u2028", "$HOME", "*",
            "a,b", "~", "#"];

    public static TheoryData<string> Commands => ["protect", "rotate"];

    [Theory]
    [MemberData(nameof(Commands))]
    public void The_line_of_a_request_asks_for_the_same(string name)
    {
        var definition = Definition(name);
        var random = new Random(name.Length);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Lines; i++)
        {
            var line = Line(definition, random, seen);
            var request = Parse(definition, line);
            var words = definition.Words(request).ToArray();
            var again = Parse(definition, words);
            Assert.Equivalent(request, again, strict: true);
            Assert.Equal(words, definition.Words(again));
        }

        Assert.Equal(definition.Rows.Select(row => row.Name).Order(), seen.Order());
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_option_that_was_given_is_in_the_line(string name)
    {
        var definition = Definition(name);
        var random = new Random(7);
        for (var i = 0; i < Lines; i++)
        {
            var given = new HashSet<string>(StringComparer.Ordinal);
            var words = definition.Words(Parse(definition, Line(definition, random, given))).ToArray();
            Assert.All(given.Where(option => option[0] == '-'), option => Assert.Contains(words,
                word => word == option || word.StartsWith($"{option}=", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void A_line_made_again_does_not_resume_what_is_done()
    {
        var request = Parse(
            ProtectDefinitions.Protect, ["m.onnx", "-r", "a", "--signer", "b", "--resume", "--max-memory", "500"]);
        var line = ProtectDefinitions.Line(request);
        Assert.DoesNotContain("--resume", line, StringComparison.Ordinal);
        Assert.Contains("--max-memory 500", line, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_said_follows_from_what_is()
    {
        var request =
            Parse(ProtectDefinitions.Protect, ["dir/m.ONNX", "-r", "a", "--signer", "b", "--strategy", "nnsplitter"]);
        Assert.Equal("dir/m.secrets.p7m", request.Secrets);
        Assert.Equal("dir/m.secrets.p7m.state", request.State);
        Assert.Equal(300, request.Search.MaxWeights);
        var rotated =
            Parse(ProtectDefinitions.Rotate, ["m.obfuscated.onnx", "-r", "a", "--signer", "b", "-s", "c", "-i", "d"]);
        Assert.Equal(
            ("m.rotated.onnx", "m.rotated.p7m", 100), (rotated.Output, rotated.Secrets, rotated.Search.MaxWeights));
    }

    private static CommandDefinition<ProtectRequest> Definition(string name) =>
        name == "protect" ? ProtectDefinitions.Protect : ProtectDefinitions.Rotate;

    private static ProtectRequest Parse(CommandDefinition<ProtectRequest> definition, IReadOnlyList<string> words)
    {
        ProtectRequest? request = null;
        var parsed = definition.Create((asked, _) =>
        {
            request = asked;
            return 0;
        }).Parse(words);
        Assert.True(parsed.Errors.Count == 0, $"{string.Join(' ', words)}: {string.Join(' ', parsed.Errors)}");
        Assert.Equal(0, parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false }));
        return request!;
    }

    /// <summary>A line of random options that can go together.</summary>
    private static List<string> Line(CommandDefinition<ProtectRequest> definition, Random random, HashSet<string> given)
    {
        var (controller, compact, embedding) = (random.Next(2) == 0, random.Next(2) == 0, random.Next(2) == 0);
        var unmeasured = !controller && definition.Name == "protect" && random.Next(4) == 0;
        var keyed = random.Next(4) == 0;
        compact &= !keyed;
        var strategy = keyed ? "keyed" : unmeasured ? "random"
            : controller && definition.Name == "protect" ? "nnsplitter" : "gradient";
        var line = new List<string>();
        foreach (var row in definition.Rows)
        {
            var wanted = row.Name switch
            {
                "--strategy" => true,
                "--recipient" => true,
                "--move" or "--stealth" => strategy is not ("nnsplitter" or "keyed"),
                "--variant-per-recipient" => !compact && !unmeasured && !keyed,
                "--state" or "--resume" or "--max-weights" or "--gradient" or "--estimate-gradient" or "--max-memory" =>
                    !keyed,
                "--which" => keyed && line.Exists(word => word.StartsWith("--share=", StringComparison.Ordinal)),
                "--public" => line.Contains("--attack=quick"),
                "--resilience" => keyed && line.Exists(word => word.StartsWith("--data", StringComparison.Ordinal)),
                "--max-layers" => line.Contains("--secured"),
                "--secured" => !line.Exists(word => word.StartsWith("--secured-tail=", StringComparison.Ordinal)),
                "--no-evaluation" => unmeasured,
                "--embedding" => embedding && !unmeasured,
                "--measure" => !embedding && !unmeasured,
                "--data" or "--evaluate" or "--input-shape" or "--model-output" or "--custom-ops" or "--report"
                    or "--target-accuracy" or "--target-error" => !unmeasured,
                "--attack" => line.Exists(word => word.StartsWith("--data", StringComparison.Ordinal)),
                "--compact" => compact,
                _ => row.Group switch
                {
                    Groups.NnSplitter => strategy == "nnsplitter",
                    Groups.Keyed => keyed,
                    Groups.Compact => compact,
                    _ => true,
                },
            };
            var needed = row.Required || row.IsArgument
                || row.Name is "--strategy" or "--recipient" or "--compact" or "--no-evaluation";
            if (!wanted || !needed && random.Next(2) == 0) continue;
            given.Add(row.Name);
            if (row.IsArgument) line.Add("model.onnx");
            else if (row.ValueName is null) line.Add(row.Name);
            else if (row.Name == "--strategy") line.AddRange(["--strategy", strategy]);
            else
                for (var n = row.Many ? random.Next(1, 4) : 1; n > 0; n--)
                    line.Add($"{row.Name}={(row.Name == "--input-shape" ? $"in{n}=" : "")}{Value(row, random)}");
        }

        return line;
    }

    private static string Value(RowHelp row, Random random)
    {
        if (row.Name == "--report")
            return $"{Texts[random.Next(Texts.Length)]}.{(random.Next(2) == 0 ? "html" : "JSON")}";
        if (row.Name == "--share") return Text(random.NextDouble() * 0.999 + 0.0005);
        var words = row.ValueName!.Split('|');
        if (words.Length > 1) return words[random.Next(words.Length)];
        return row.ValueName switch
        {
            "N" or "K" or "MB" => random.Next(2, 1000).ToString(CultureInfo.InvariantCulture),
            "A" or "W" or "G" => Text(random.NextDouble()),
            "POINTS" => Text(random.NextDouble() * 100),
            "SHARE" when row.Name == "--share" => Text(0.01 + 0.9 * random.NextDouble()),
            "E" or "EPS" or "LR" or "LAMBDA" or "SHARE" => Text(Math.Exp(random.NextDouble() * 40 - 20)),
            "RULE[,RULE]" => new[] { "sign", "shuffle", "mantissa", "mantissa,shuffle" }[random.Next(4)],
            "C" => Text((float)((random.NextDouble() - 0.5) * 1e6)),
            "LOW:HIGH" => $"{Text(-random.NextDouble())}:{Text(random.NextDouble())}",
            "TIME" => $"{(row.Name == "--not-before" ? 2010 : 2050) + random.Next(0, 40)}-0{random.Next(1, 10)}-15",
            "A,B,C" =>
                string.Join(',', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Text(random.NextDouble() + 0.01))),
            "HEIGHTxWIDTH" => $"{random.Next(1, 999)}x{random.Next(1, 999)}",
            "NAME=SHAPE" => string.Join('x', Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Next(1, 99))),
            "FILE" or "PATH" or "CERT" or "KEY" or "NAME" or "PATTERN" or "OUT.onnx" or "MODEL.onnx" or "SECRETS.p7m"
                or "LIBRARY" => Texts[random.Next(Texts.Length)],
            var other => throw new ArgumentException(
                $"{row.Name} has values {other}, of which this test knows none.", nameof(row)),
        };
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
