using System.Text.Json;
using OnnxSplitter.Cli.Reports;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Tests.Cli.Reports;

public sealed class ReportTests : IDisposable
{
    private readonly ShippedSample _sample = new();

    [Fact]
    public void A_page_and_JSON_are_written_with_the_other_outputs_and_say_what_was_not_reached()
    {
        var transcript = Transcript.Of([.. Arguments("report.html", "report.json"), "--accept-best", "--json"]);

        transcript.Refused(1, "was not reached");
        var result = JsonDocument.Parse(transcript.Output).RootElement;
        Assert.Equal(2, result.GetProperty("reports").GetArrayLength());
        Assert.Contains(
            "The target was not reached.", File.ReadAllText(_sample.Folder["report.html"]), StringComparison.Ordinal);
        var json = JsonDocument.Parse(File.ReadAllBytes(_sample.Folder["report.json"])).RootElement;
        Assert.False(json.GetProperty("targetReached").GetBoolean());
        Assert.Equal(
            result.GetProperty("accuracyObfuscated").GetDouble(),
            json.GetProperty("measured").GetProperty("obfuscated").GetDouble());
        Assert.Equal(
            3, json.GetProperty("tensors").EnumerateArray().Sum(tensor => tensor.GetProperty("changed").GetInt32()));
        Assert.Equal(
            result.GetProperty("weightsTotal").GetInt64(),
            json.GetProperty("tensors").EnumerateArray().Sum(tensor => tensor.GetProperty("weights").GetInt64()));
        Assert.Equal(
            new[] { _sample.Original, _sample.Folder["new.onnx"], Data() }.Select(path =>
                Convert.ToHexStringLower(ModelFile.Digest(path))),
            json.GetProperty("reproduction").GetProperty("files").EnumerateArray()
                .Select(file => file.GetProperty("sha256").GetString()));
    }

    [Fact]
    public void Its_command_line_makes_the_same_model_again()
    {
        Transcript.Of([.. Arguments("report.json"), "--accept-best", "--seed", "5"]).Refused(1);
        var json = JsonDocument.Parse(File.ReadAllBytes(_sample.Folder["report.json"])).RootElement;
        var line = json.GetProperty("reproduction").GetProperty("commandLine").GetString()!;
        var before = File.ReadAllBytes(_sample.Folder["new.onnx"]);

        Transcript.Of([.. line.Split(' ').Skip(1), "--force"]).Refused(1);

        Assert.Equal(before, File.ReadAllBytes(_sample.Folder["new.onnx"]));
        Assert.NotEqual(File.ReadAllBytes(_sample.Original), before);
    }

    [Fact]
    public void Tensors_stand_in_graph_order()
    {
        Transcript.Of([.. Arguments("report.json"), "--accept-best"]).Refused(1);

        var nodes = ModelFile.Open(_sample.Original).Structure.Graph.Node;
        var json = JsonDocument.Parse(File.ReadAllBytes(_sample.Folder["report.json"])).RootElement;
        var places = json.GetProperty("tensors").EnumerateArray()
            .Select(tensor => tensor.GetProperty("path").GetString()!)
            .Select(path => nodes.TakeWhile(node => !node.Input.Contains(path)).Count()).ToArray();
        Assert.Equal(places.Order(), places);
        Assert.True(places.Length > 20 && places[^1] < nodes.Count);
    }

    [Fact]
    public void Nothing_is_written_if_the_target_is_missed() =>
        _sample.AssertNothingNew(() =>
            Transcript.Of(Arguments("report.html", "report.json")).Refused(1, "was not reached"));

    [Fact]
    public void An_existing_report_stays_without_force()
    {
        File.WriteAllText(_sample.Folder["report.html"], "mine");
        _sample.AssertNothingNew(() => Transcript.Of(Arguments("report.html")).Refused(6, "report.html"));
        Assert.Equal("mine", File.ReadAllText(_sample.Folder["report.html"]));
        Transcript.Of([.. Arguments("report.html"), "--accept-best", "--force"]).Refused(1);
        Assert.NotEqual("mine", File.ReadAllText(_sample.Folder["report.html"]));
    }

    [Theory]
    [InlineData("an input")]
    [InlineData("another output")]
    [InlineData("another report")]
    public void A_report_of_a_name_that_is_taken_is_refused(string by)
    {
        var model = _sample.Folder["model.json"];
        File.Copy(_sample.Original, model);
        string[] arguments = by switch
        {
            "an input" => [.. Arguments("model.json"), "--force"],
            "another output" => [.. Arguments("x.json"), "--force"],
            _ => Arguments("report.json", "report.json"),
        };
        arguments[1] = model;
        if (by == "another output") arguments[Array.IndexOf(arguments, "-o") + 1] = _sample.Folder["x.json"];

        _sample.AssertNothingNew(() => Transcript.Of(arguments).Refused(6));
    }

    [Fact]
    public void A_report_that_cannot_be_written_leaves_no_other_output()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Only Linux has /proc.");
        _sample.AssertNothingNew(() => Transcript.Of(
            [.. Arguments("report.json"), "--accept-best", "--report", "/proc/self/report.html"]).Refused(74));
    }

    [Fact]
    public void Every_move_has_words_for_what_it_leaves_visible() =>
        Assert.All(Enum.GetValues<MoveKind>(), move =>
            Assert.True(ReportWords.Visible(move, StealthKind.Off).Count >= 2));

    [Theory]
    [InlineData("mine.json", false, 6)]
    [InlineData("folder.json", true, 6)]
    [InlineData("missing/r.json", false, 74)]
    [InlineData("missing/r.json", true, 74)]
    public void If_it_cannot_be_written_nothing_is_and_an_old_pair_stays(string report, bool force, int code)
    {
        string[] pair = force ? [_sample.Folder["new.onnx"], _sample.Folder["new.p7m"]] : [];
        foreach (var path in pair.Append(_sample.Folder["mine.json"])) File.WriteAllText(path, "old");
        Directory.CreateDirectory(_sample.Folder["folder.json"]);

        _sample.AssertNothingNew(() => Transcript.Of([
            .. _sample.ProtectArguments(_sample.Original), "--target-accuracy", "1", "--report", _sample.Folder[report],
            .. force ? new[] { "--force" } : [],
        ]).Refused(code, report));

        Assert.All(pair.Append(_sample.Folder["mine.json"]), path => Assert.Equal("old", File.ReadAllText(path)));
    }

    public void Dispose() => _sample.Dispose();

    private static string Data() => Examples.Calibration(384);

    private string[] Arguments(params string[] reports) =>
    [
        .. _sample.ProtectArguments(_sample.Original), "--target-accuracy", "0", "--data", Data(),
        .. reports.SelectMany(name => new[] { "--report", _sample.Folder[name] }),
    ];
}
