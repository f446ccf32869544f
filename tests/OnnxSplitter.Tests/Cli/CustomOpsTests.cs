using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Tests.Protection;
using OnnxSplitter.Tests.Secrets;

namespace OnnxSplitter.Tests.Cli;

/// <summary>Models with ops that a native library brings: every session gets it, or the refusal asks for it.</summary>
public sealed class CustomOpsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public CustomOpsTests()
    {
        KeyFiles.WritePem(TestKeys.Signer, _folder["vendor.pem"], _folder["vendor.crt"], overwrite: false);
        KeyFiles.WritePem(TestKeys.Alice, _folder["device.pem"], _folder["device.crt"], overwrite: false);
        _model = CustomOpModel.Of().Write(_folder["model.onnx"]);
    }

    private static string[] Ops => ["--custom-ops", CustomOpModel.Library];

    private static string[] Unmeasured => ["--strategy", "random", "--no-evaluation", "--max-weights", "5"];

    private string Shipped => _folder["out.onnx"];

    private string[] Keys => ["-r", _folder["device.crt"], "--signer", _folder["vendor.pem"]];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_is_searched_checked_measured_and_opened_with_their_library()
    {
        var data = Data();
        var done = Transcript.Of([.. Protect(), .. Ops, "--data", data, "--max-weights", "2", "--accept-best",
            "--json"]);
        Assert.True(done.Code is 0 or 1, done.Error);
        using var report = JsonDocument.Parse(done.Output);
        Assert.True(report.RootElement.GetProperty("written").GetBoolean());

        // Before the op there is no gradient, and that is said; so what was changed lies behind it.
        var unreached = Assert.Single(report.RootElement.GetProperty("unreached").EnumerateArray());
        Assert.Equal("first", unreached.GetProperty("path").GetString());
        Assert.Contains("NegPos, domain 'ai.onnx.contrib', opset 2) has no gradient rule: it is a custom op",
            unreached.GetProperty("reason").GetString(), StringComparison.Ordinal);

        var list = CheckOutcomes.Checks(Transcript.OfChecker([.. Check(), .. Ops, "--original", _model, "--data", data,
            "--stealth", "--json"])).ToDictionary();
        string[] asked = ["session", "outputs", "restored accuracy"];
        Assert.All(asked, name => Assert.Equal(CheckOutcomes.Passed, list[name]));
        string[] measured = ["obfuscated accuracy", "worth left", "stealth: undoing"];
        Assert.All(measured, name => Assert.NotEqual(CheckOutcomes.NotRun, list[name]));

        var evaluated = Transcript.Of(["evaluate", Shipped, "--original", _model, "--data", data, .. Ops, "--json"]);
        evaluated.Done();
        using var accuracy = JsonDocument.Parse(evaluated.Output);
        Assert.InRange(accuracy.RootElement.GetProperty("accuracy").GetDouble(), 0, 0.9);

        AssertOpens(_model);
    }

    [Fact]
    public void A_rotation_opens_the_original_in_memory_with_their_library()
    {
        Transcript.Of([.. Protect(), .. Unmeasured]).Done();
        string[] rotate =
        [
            "rotate", Shipped, .. Keys, "-s", _folder["out.p7m"], "-i", _folder["device.pem"], "-o",
            _folder["rotated.onnx"], "--new-secrets", _folder["rotated.p7m"], "--data", Data(), "--strategy", "random",
            "--max-weights", "2", "--measure", "error", "--accept-best",
        ];

        Transcript.Of(rotate).Refused(3, "has the custom op NegPos of domain ai.onnx.contrib");
        Assert.False(File.Exists(_folder["rotated.onnx"]));
        Transcript.Of([.. rotate, .. Ops]);
        Assert.True(File.Exists(_folder["rotated.onnx"]));
    }

    [Fact]
    public void With_data_files_the_callers_options_are_copied_with_their_library()
    {
        var model = _folder["exported/model.onnx"];
        Directory.CreateDirectory(_folder["exported"]);
        Directory.CreateDirectory(_folder["shipped"]);
        using (var file = ModelFile.Open(_model)) DataFileModel.Write(file.ParseWhole(), model);
        Transcript.Of(["protect", model, .. Keys, "-o", _folder["shipped/model.onnx"], "-s", _folder["out.p7m"],
            .. Unmeasured]).Done();

        AssertOpens(model, _folder["shipped/model.onnx"]);
        Transcript.OfChecker([.. Check(_folder["shipped/model.onnx"]), .. Ops, "--original", model]).Done();
    }

    [Theory]
    [InlineData(CustomOpModel.Op, false, "NegPos of domain ai.onnx.contrib, and no library that brings it was given")]
    [InlineData("com.acme:MyNorm", false, "MyNorm of domain com.acme, and no library that brings it was given")]
    [InlineData("com.acme:MyNorm", true, "MyNorm of domain com.acme, which none of the libraries of --custom-ops")]
    public void Without_it_the_node_the_domain_and_the_option_are_named(string op, bool other, string message)
    {
        CustomOpModel.Of(op).Write(_model);
        Transcript.Of([.. Protect(), .. Unmeasured]).Done();
        var given = other ? Ops : [];
        var why = $"node 'below' has the custom op {message}";

        foreach (var refused in new[]
        {
            Transcript.Of(["protect", _model, .. Keys, "-o", _folder["new.onnx"], "-s", _folder["new.p7m"], .. given]),
            Transcript.Of(["evaluate", _model, "--data", Data(), .. given]),
            Transcript.OfChecker([.. Check(), .. given]),
        })
        {
            refused.Refused(3, why);
            Assert.Contains("--custom-ops, if you trust it: its code runs", refused.Error, StringComparison.Ordinal);
        }

        Assert.False(File.Exists(_folder["new.onnx"]) || File.Exists(_folder["new.p7m"]));
    }

    [Theory]
    [InlineData("none", "There is no file")]
    [InlineData("folder", "There is no file")]
    [InlineData("text", "can't take custom ops from")]
    [InlineData("other", "RegisterCustomOps")]
    [InlineData("empty", "--custom-ops is ; it must be a path")]
    public void What_is_no_such_library_is_refused_before_anything_is_read(string library, string message)
    {
        File.WriteAllText(_folder["text"], "no library");
        Directory.CreateDirectory(_folder["folder"]);
        var path = library switch
        {
            "other" => Directory.GetFiles(
                Path.GetDirectoryName(typeof(object).Assembly.Location)!, "*System.IO.Compression.Native.*")[0],
            "empty" => "",
            _ => _folder[library],
        };
        string[] option = ["--custom-ops", path];
        File.Delete(_model);

        Transcript.Of([.. Protect(), .. Ops, .. option]).Refused(2, message);
        Transcript.OfChecker([.. Check(), .. option]).Refused(2, message);
        File.WriteAllText(_model, "no model");
        Transcript.Of(["evaluate", _model, "--data", _folder["text"], .. option]).Refused(2, message);
    }

    [Fact]
    public void Where_no_model_runs_a_library_is_refused()
    {
        Transcript.Of([.. Protect(), .. Unmeasured, .. Ops]).Refused(2, "--no-evaluation");
        Transcript.OfChecker([.. Check(), "--no-session", .. Ops]).Refused(2, "--custom-ops is for running the models");
        Transcript.OfChecker([Shipped, "-s", _folder["out.p7m"], "--trust", _folder["vendor.crt"], .. Ops])
            .Refused(2, "--custom-ops needs --identity");
    }

    [Fact]
    public void No_output_may_take_the_place_of_a_library() => Transcript.Of(
        ["protect", _model, .. Keys, "-o", CustomOpModel.Library, "-s", _folder["out.p7m"], "--force", .. Ops])
        .Refused(6);

    private string[] Protect() => ["protect", _model, .. Keys, "-o", Shipped, "-s", _folder["out.p7m"]];

    private string[] Check(string? shipped = null) =>
    [
        shipped ?? Shipped, "-s", _folder["out.p7m"], "-i", _folder["device.pem"], "--trust", _folder["vendor.crt"],
    ];

    private string Data()
    {
        var examples = Examples.Normal("x", 150, CustomOpModel.Width, seed: 4).Inputs["x"];
        return NumpyFile.Write(_folder["data.npz"], ("x", "<f4", examples.Dims, examples.Data));
    }

    /// <summary>A host registers the library itself, once, with options that it uses again.</summary>
    private void AssertOpens(string model, string? shipped = null)
    {
        using var options = new SessionOptions();
        options.RegisterCustomOpLibrary(CustomOpModel.Library);
        for (var i = 0; i < 2; i++)
        {
            using var restored = ProtectedModel.Open(shipped ?? Shipped, _folder["out.p7m"],
                TestKeys.PublicPart(TestKeys.Signer), TestKeys.Alice, new() { Session = options });
            using var original = new InferenceSession(model, options);
            using var obfuscated = new InferenceSession(shipped ?? Shipped, options);
            Assert.Equal(Outputs(original), Outputs(restored));
            Assert.NotEqual(Outputs(original), Outputs(obfuscated));
        }
    }

    private static float[] Outputs(InferenceSession session)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(
            [.. Enumerable.Range(0, CustomOpModel.Width).Select(i => (i - 7) / 4f)], [1, CustomOpModel.Width]);
        using var run = new RunOptions();
        using var results = session.Run(run, ["x"], [input], ["y"]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
