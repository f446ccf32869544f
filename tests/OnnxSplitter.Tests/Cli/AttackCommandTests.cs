using System.Text.Json;
using OnnxSplitter.Attacks;
using OnnxSplitter.Cli.Terminal;
using OnnxSplitter.Tests.Attacks;
using OnnxSplitter.Tests.Protection;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Cli;

public sealed class AttackCommandTests : IDisposable
{
    private readonly AttackedModel _model = new();
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void The_table_names_attack_control_and_what_it_comes_to()
    {
        var transcript = Attack("--attack", "public-signs", "--attack", "mirror", "--labels", "200", "--quick",
            "--public", _model.Original);

        transcript.Done();
        Assert.Contains("needs public model", transcript.Output, StringComparison.Ordinal);
        Assert.Contains("(inputs)", transcript.Output, StringComparison.Ordinal);
        Assert.Contains("The strongest attack, public-signs", transcript.Output, StringComparison.Ordinal);
        Assert.Contains("the model is no protection", transcript.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_has_every_result_and_the_reports_say_the_same()
    {
        var (page, json) = (_folder["attacks.html"], _folder["attacks.json"]);

        var transcript = Attack(
            "--attack", "outliers", "--attack", "mirror", "--quick", "--json", "--report", page, "--report", json);

        transcript.Done();
        var result = JsonDocument.Parse(transcript.Output).RootElement;
        Assert.Equal(
            ["outliers", "inputs", "from-scratch", "mirror"],
            result.GetProperty("attacks").EnumerateArray().Select(row => row.GetProperty("attack").GetString()));
        Assert.Equal(transcript.Output.Trim(), File.ReadAllText(json).Trim());
        var html = File.ReadAllText(page);
        Assert.Contains(result.GetProperty("verdict").GetString()!, html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_host_learns_by_corrections_is_told_by_layer_and_as_json()
    {
        var json = _folder["corrections.json"];
        string[] arguments =
        [
            "attack", _model.Changed("turned", (path, index, value) =>
                path == "first.weight" && index is 3 or 200 ? -value : value),
            "--data", _model.Examples, "--original", _model.Original, "--secured",
        ];

        var table = Transcript.Of(arguments);
        table.Done();
        Assert.Contains("first.weight", table.Output, StringComparison.Ordinal);
        Assert.Contains("knows all 2 changed weights after 2 queries", table.Output, StringComparison.Ordinal);
        var transcript = Transcript.Of([.. arguments, "--json", "--report", json]);

        transcript.Done();
        var result = JsonDocument.Parse(transcript.Output).RootElement;
        Assert.Equal(2, result.GetProperty("queries").GetInt32());
        Assert.Equal(2, result.GetProperty("layers")[0].GetProperty("found").GetInt32());
        Assert.Equal(transcript.Output.Trim(), File.ReadAllText(json).Trim());
    }

    [Theory]
    [InlineData(9, 0.1, "knows 9 of 10 changed weights to a thousandth", "has 90.0 %; obfuscated it has 10.0 %")]
    [InlineData(10, 0.1, "knows all 10 changed weights after 3 queries", "and the original 90.0 %. Corrections hide")]
    [InlineData(10, 0.9, "knows all 10", "So the changes do no harm")]
    public void What_corrections_give_away_is_summed_up(int found, double obfuscated, params string[] sentences)
    {
        var report = new CorrectionsReport(
            [new LayerLeak("w", "Conv", 1, 1, 9, 64, Queries: 3, Error: 1e-6, Changed: 10, found)],
            Original: new(0.9, 0.01), Obfuscated: new(obfuscated, 0.01), BroughtBack: new(0.9, 0.01));

        Assert.All(sentences, sentence =>
            Assert.Contains(sentence, CorrectionsText.Verdict(report), StringComparison.Ordinal));
    }

    [Fact]
    public void Options_that_solving_equations_does_not_take_are_refused()
    {
        Attack("--secured", "--quick").Refused(2, "leave --attack");
        Attack("--secured", "--report", _folder["attacks.html"]).Refused(2, "reported as JSON");
        Transcript.Of("attack", _model.Original, "--data", _model.Examples, "--secured")
            .Refused(2, "needs --original");
    }

    [Fact]
    public void A_report_that_exists_is_refused_before_anything_runs()
    {
        File.WriteAllText(_folder["attacks.html"], "mine");

        Attack("--quick", "--report", _folder["attacks.html"]).Refused(6);

        Assert.Equal("mine", File.ReadAllText(_folder["attacks.html"]));
    }

    [Fact]
    public void Attacks_that_compare_with_a_public_model_alone_are_refused_without_one() =>
        Attack("--attack", "public-order", "--attack", "public-signs").Refused(2, "need --public");

    [Fact]
    public void A_name_that_is_none_is_refused_with_those_that_are() =>
        Attack("--attack", "magic").Refused(2, "--attack is magic; it must be odd-signs, ");

    [Fact]
    public void A_model_that_is_no_classifier_is_refused()
    {
        var path = _folder["regression.onnx"];
        new SmallModel().Input("x", DataType.Float, "n", 3)
            .Weights("w", 3, 1).Node("MatMul", ["x", "w"], "y")
            .Output("y", DataType.Float, "n", 1).Write(path);
        var examples = NumpyFile.Write(_folder["x.npz"],
            ("x", "<f4", [30, 3], NumpyFile.Bytes(Enumerable.Range(0, 90).Select(i => (float)i).ToArray())));

        Transcript.Of("attack", path, "--data", examples, "--evaluate", examples).Refused(3, "no class scores");
    }

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    private Transcript Attack(params string[] more) => Transcript.Of(
    [
        "attack", _model.Changed("turned", (path, index, value) =>
            path is "hidden.bias" or "hidden.scale" && index is 3 or 17 ? -value : value),
        "--data", _model.Examples, "--evaluate", _model.Evaluation, "--original", _model.Original, .. more,
    ]);
}
