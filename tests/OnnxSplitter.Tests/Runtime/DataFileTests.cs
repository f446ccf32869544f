using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Runtime;
using OnnxSplitter.Tests.Cli;

namespace OnnxSplitter.Tests.Runtime;

/// <summary>A real model whose weights lie in data files, through the whole life of its secrets.</summary>
public sealed class DataFileTests : IDisposable
{
    private readonly ShippedSample _sample = new();
    private readonly string _model;

    public DataFileTests()
    {
        _model = _sample.Folder["exported/model.onnx"];
        DataFileModel.Write(ModelFile.Open(Repository.Model("resnet20-fmnist.onnx")).ParseWhole(), _model);
    }

    [Fact]
    public void It_is_protected_checked_and_restored()
    {
        var shipped = _sample.Folder["shipped/model.onnx"];
        var secrets = _sample.Folder["new.p7m"];
        Transcript.Of([.. Protect(shipped, "--max-weights", "50")]).Done();
        Assert.Equal(["even.bin", "model.onnx", "odd"], Names(_sample.Folder["shipped"]));
        Assert.NotEqual(ModelFile.Digest(_sample.Folder["exported/even.bin"]), ModelFile.Digest(_sample.Folder["shipped/even.bin"]));

        string[] keys = ["-s", secrets, "-i", _sample.Folder["device.pem"], "--trust", _sample.Folder["vendor.crt"]];
        Transcript.OfChecker([shipped, .. keys, "--original", _model]).Done();
        Transcript.OfChecker([shipped, .. keys, "--original", _model, "--no-session"]).Done();
        var back = _sample.Folder["back/model.onnx"];
        Transcript.Of(["restore", shipped, .. keys, "-o", back]).Done();
        foreach (var name in new[] { "model.onnx", "even.bin", "odd/odd.bin" })
            Assert.Equal(ModelFile.Digest(_sample.Folder[$"exported/{name}"]), ModelFile.Digest(_sample.Folder[$"back/{name}"]));

        using var session = ProtectedModel.OpenSession(
            shipped, secrets, OnnxSplitter.Tests.Secrets.TestKeys.Signer, OnnxSplitter.Tests.Secrets.TestKeys.Alice);
        using var original = new InferenceSession(_model);
        using var obfuscated = new InferenceSession(shipped);
        Assert.Equal(ProtectedModelTests.Bits(original), ProtectedModelTests.Bits(session));
        Assert.NotEqual(ProtectedModelTests.Bits(original), ProtectedModelTests.Bits(obfuscated));
    }

    [Fact]
    public void A_search_works_on_weights_in_data_files()
    {
        var shipped = _sample.Folder["shipped/model.onnx"];
        Transcript.Of([
            "protect", _model, "-r", _sample.Folder["device.crt"], "--signer", _sample.Folder["vendor.pem"], "-o", shipped,
            "-s", _sample.Folder["new.p7m"], "--strategy", "random", "--max-weights", "3", "--target-accuracy", "1",
        ]).Done();
        Assert.Equal(["even.bin", "model.onnx", "odd"], Names(_sample.Folder["shipped"]));
    }

    [Fact]
    public void Outputs_in_the_models_own_folder_are_refused_since_data_files_keep_their_names()
    {
        foreach (var force in new[] { Array.Empty<string>(), ["--force"] })
            _sample.AssertNothingNew(() => Transcript.Of([.. Protect(_sample.Folder["exported/other.onnx"]), .. force])
                .Refused(6, "the input's own"));
        Assert.Equal(["even.bin", "model.onnx", "odd"], Names(_sample.Folder["exported"]));
    }

    [Fact]
    public void Without_a_name_the_output_gets_a_folder_of_its_own()
    {
        var arguments = Protect("");
        var output = Array.IndexOf(arguments, "-o");
        Transcript.Of([.. arguments[..output], .. arguments[(output + 2)..]]).Done();
        Assert.Equal(["even.bin", "model.onnx", "odd"], Names(_sample.Folder["exported/model.obfuscated"]));
    }

    [Theory]
    [InlineData("even.bin")]
    [InlineData("odd/odd.bin")]
    public void One_flipped_bit_in_a_data_file_is_noticed(string name)
    {
        var shipped = _sample.Folder["shipped/model.onnx"];
        Transcript.Of(Protect(shipped)).Done();
        ShippedSample.Flip(_sample.Folder[$"shipped/{name}"], 0.5);

        string[] keys =
            ["-s", _sample.Folder["new.p7m"], "-i", _sample.Folder["device.pem"], "--trust", _sample.Folder["vendor.crt"]];
        _sample.AssertNothingNew(() => Transcript.Of(["restore", shipped, .. keys, "-o", _sample.Folder["back/x.onnx"]]).Refused(5));
        Transcript.OfChecker([shipped, .. keys]).Refused(5);
        Assert.Throws<ModelMismatchException>(() => ProtectedModel.OpenSession(shipped, _sample.Folder["new.p7m"],
            OnnxSplitter.Tests.Secrets.TestKeys.Signer, OnnxSplitter.Tests.Secrets.TestKeys.Alice));
    }

    [Fact]
    public void A_weight_that_cannot_be_found_often_enough_leaves_nothing_behind() => _sample.AssertNothingNew(() =>
        Transcript.Of(Protect(_sample.Folder["shipped/model.onnx"], "--include", "*Conv_203", "--max-weights", "100000"))
            .Refused(3, "Only "));

    [Fact]
    public void No_evaluation_is_for_the_random_strategy_alone() => _sample.AssertNothingNew(() =>
        Transcript.Of(Protect(_sample.Folder["shipped/model.onnx"], "--target-accuracy", "0.1")).Refused(2, "--no-evaluation"));

    public void Dispose() => _sample.Dispose();

    private string[] Protect(string output, params string[] more) =>
    [
        "protect", _model, "-r", _sample.Folder["device.crt"], "--signer", _sample.Folder["vendor.pem"], "-o", output,
        "-s", _sample.Folder["new.p7m"], "--strategy", "random", "--no-evaluation", .. more,
    ];

    private static string[] Names(string folder) =>
        [.. Directory.GetFileSystemEntries(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
}
