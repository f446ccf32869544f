using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Onnx;
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
        foreach (var folder in new[] { "shipped", "back", "exported-shipped", "others-shipped" })
            Directory.CreateDirectory(_sample.Folder[folder]);
    }

    [Fact]
    public void It_is_protected_checked_and_restored()
    {
        var shipped = _sample.Folder["shipped/model.onnx"];
        var secrets = _sample.Folder["new.p7m"];
        Transcript.Of([.. Protect(shipped, "--max-weights", "50")]).Done();
        Assert.Equal(["even.bin", "model.onnx", "odd"], Names(_sample.Folder["shipped"]));
        Assert.NotEqual(ModelFile.Digest(_sample.Folder["exported/even.bin"]),
            ModelFile.Digest(_sample.Folder["shipped/even.bin"]));

        string[] keys = ["-s", secrets, "-i", _sample.Folder["device.pem"], "--trust", _sample.Folder["vendor.crt"]];
        Transcript.OfChecker([shipped, .. keys, "--original", _model]).Done();
        Transcript.OfChecker([shipped, .. keys, "--original", _model, "--no-session"]).Done();
        var back = _sample.Folder["back/model.onnx"];
        Transcript.Of(["restore", shipped, .. keys, "-o", back]).Done();
        foreach (var name in new[] { "model.onnx", "even.bin", "odd/odd.bin" })
            Assert.Equal(ModelFile.Digest(_sample.Folder[$"exported/{name}"]),
                ModelFile.Digest(_sample.Folder[$"back/{name}"]));

        using var session = ProtectedModel.Open(
            shipped, secrets, OnnxSplitter.Tests.Secrets.TestKeys.Signer, OnnxSplitter.Tests.Secrets.TestKeys.Alice);
        using var original = new InferenceSession(_model);
        using var obfuscated = new InferenceSession(shipped);
        Assert.Equal(ProtectedModelTests.Bits(original), ProtectedModelTests.Bits(session));
        Assert.NotEqual(ProtectedModelTests.Bits(original), ProtectedModelTests.Bits(obfuscated));
    }

    [Fact]
    public void As_a_download_cache_has_it_it_is_searched_and_restored()
    {
        // ONNX Runtime opens links out of the folder for a model that is a link itself.
        Directory.CreateDirectory(_sample.Folder["cache"]);
        var cached = _sample.Folder["cache/model.onnx"];
        File.CreateSymbolicLink(cached, "../exported/model.onnx");
        File.CreateSymbolicLink(_sample.Folder["cache/even.bin"], "../exported/even.bin");
        Directory.CreateSymbolicLink(_sample.Folder["cache/odd"], "../exported/odd");
        var shipped = _sample.Folder["shipped/model.onnx"];
        var secrets = _sample.Folder["new.p7m"];

        // One weight is not enough for the goal, but a search and what is inside the model are seen to work.
        var transcript = Transcript.Of([
            "protect", cached, "-r", _sample.Folder["device.crt"], "--signer", _sample.Folder["vendor.pem"], "-o",
            shipped, "-s", secrets, "--max-weights", "1", "--accept-best", "--stealth", "off",
        ]);
        Assert.Contains("by what is inside", transcript.Output, StringComparison.Ordinal);

        var back = _sample.Folder["back/model.onnx"];
        Transcript.Of([
            "restore", shipped, "-s", secrets, "-i", _sample.Folder["device.pem"], "--trust",
            _sample.Folder["vendor.crt"], "-o", back,
        ]).Done();
        foreach (var name in new[] { "model.onnx", "even.bin", "odd/odd.bin" })
            Assert.Equal(ModelFile.Digest(_sample.Folder[$"exported/{name}"]),
                ModelFile.Digest(_sample.Folder[$"back/{name}"]));
    }

    [Fact]
    public void Names_that_begin_with_a_dot_are_those_without_it()
    {
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(_model));
        foreach (var tensor in model.Graph.Initializer)
            foreach (var entry in tensor.ExternalData)
                if (entry.Key == "location") entry.Value = $"./{entry.Value}";
        File.WriteAllBytes(_model, model.ToByteArray());
        var shipped = _sample.Folder["shipped/model.onnx"];
        Transcript.Of([.. Protect(shipped, "--max-weights", "50")]).Done();
        Assert.Equal(["even.bin", "model.onnx", "odd"], Names(_sample.Folder["shipped"]));

        using var session = ProtectedModel.Open(shipped, _sample.Folder["new.p7m"],
            OnnxSplitter.Tests.Secrets.TestKeys.Signer, OnnxSplitter.Tests.Secrets.TestKeys.Alice);

        using var original = new InferenceSession(_model);
        Assert.Equal(ProtectedModelTests.Bits(original), ProtectedModelTests.Bits(session));
    }

    [Fact]
    public void A_search_works_on_weights_in_data_files()
    {
        var shipped = _sample.Folder["shipped/model.onnx"];
        Transcript.Of([
            "protect", _model, "-r", _sample.Folder["device.crt"], "--signer", _sample.Folder["vendor.pem"], "-o",
            shipped,
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
            ["-s", _sample.Folder["new.p7m"], "-i", _sample.Folder["device.pem"], "--trust",
                _sample.Folder["vendor.crt"]];
        var back = _sample.Folder["back/x.onnx"];
        _sample.AssertNothingNew(() => Transcript.Of(["restore", shipped, .. keys, "-o", back]).Refused(5));
        Transcript.OfChecker([shipped, .. keys]).Refused(5);
        Assert.Throws<ModelMismatchException>(() => ProtectedModel.Open(shipped, _sample.Folder["new.p7m"],
            OnnxSplitter.Tests.Secrets.TestKeys.Signer, OnnxSplitter.Tests.Secrets.TestKeys.Alice));
    }

    [Fact]
    public void A_weight_that_cannot_be_found_often_enough_leaves_nothing_behind() => _sample.AssertNothingNew(() =>
        Transcript.Of(Protect(_sample.Folder["shipped/model.onnx"], "--include", "*Conv_203", "--max-weights",
            "100000"))
            .Refused(3, "Only "));

    [Fact]
    public void No_evaluation_is_for_the_random_strategy_alone() => _sample.AssertNothingNew(() =>
        Transcript.Of(Protect(_sample.Folder["shipped/model.onnx"], "--target-accuracy", "0.1"))
            .Refused(2, "--no-evaluation"));

    [Fact]
    public void Threads_with_one_options_object_each_get_their_own_models_data_files()
    {
        // Models of one structure whose data files have the same names and other content.
        var model = ModelFile.Open(Repository.Model("resnet20-fmnist.onnx")).ParseWhole();
        var random = new Random(5);
        foreach (var tensor in model.Graph.Initializer.Where(tensor => tensor.RawData.Length > 1000))
        {
            var bytes = tensor.RawData.ToByteArray();
            for (var i = 0; i < bytes.Length; i += 4) if (random.Next(3) == 0) bytes[i + 3] ^= 0x80;
            tensor.RawData = Google.Protobuf.ByteString.CopyFrom(bytes);
        }

        DataFileModel.Write(model, _sample.Folder["others/model.onnx"]);
        string[] folders = ["exported", "others"];
        foreach (var folder in folders)
        {
            var protect = Protect(_sample.Folder[$"{folder}-shipped/model.onnx"], "--max-weights", "3");
            protect[1] = _sample.Folder[$"{folder}/model.onnx"];
            protect[Array.IndexOf(protect, "-s") + 1] = _sample.Folder[$"{folder}.p7m"];
            Transcript.Of(protect).Done();
        }

        uint[][] expected = [.. folders.Select(folder =>
        {
            using var original = new InferenceSession(_sample.Folder[$"{folder}/model.onnx"]);
            return ProtectedModelTests.Bits(original);
        })];
        using var options = new SessionOptions();
        Parallel.For(0, 24, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            var folder = folders[i % 2];
            using var session = ProtectedModel.Open(
                _sample.Folder[$"{folder}-shipped/model.onnx"], _sample.Folder[$"{folder}.p7m"],
                OnnxSplitter.Tests.Secrets.TestKeys.Signer, OnnxSplitter.Tests.Secrets.TestKeys.Alice,
                new() { Session = options });
            Assert.Equal(expected[i % 2], ProtectedModelTests.Bits(session));
        });
    }

    public void Dispose() => _sample.Dispose();

    private string[] Protect(string output, params string[] more) =>
    [
        "protect", _model, "-r", _sample.Folder["device.crt"], "--signer", _sample.Folder["vendor.pem"], "-o", output,
        "-s", _sample.Folder["new.p7m"], "--strategy", "random", "--no-evaluation", .. more,
    ];

    private static string[] Names(string folder) =>
        [.. Directory.GetFileSystemEntries(folder).Select(path => Path.GetFileName(path))
            .Order(StringComparer.Ordinal)];
}
