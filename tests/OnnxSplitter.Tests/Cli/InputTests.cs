using Google.Protobuf;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Tests.Protection;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Cli;

/// <summary>Models and data that can't be used: exit code 3 and no outputs.</summary>
public sealed class InputTests : IDisposable
{
    private readonly ShippedSample _sample = new();

    [Fact]
    public void A_missing_model_is_named() => Refused("missing.onnx", null, "missing.onnx");

    [Fact]
    public void A_file_that_is_no_protobuf_is_refused()
    {
        File.WriteAllText(_sample.Folder["text.onnx"], "This is not a model.");
        Refused("text.onnx", null, "text.onnx is not an ONNX model");
    }

    [Fact]
    public void A_truncated_model_is_refused_wherever_it_ends()
    {
        var whole = File.ReadAllBytes(_sample.Original);
        for (var sixteenth = 0; sixteenth < 16; sixteenth++)
        {
            var path = _sample.Folder["cut.onnx"];
            File.WriteAllBytes(path, whole[..(whole.Length / 16 * sixteenth)]);
            Assert.Throws<ModelFormatException>(() => ModelFile.Open(path));
            Refused("cut.onnx", null);
        }
    }

    [Fact]
    public void A_model_without_weights_is_refused()
    {
        var graph = new global::Onnx.GraphProto
        {
            Name = "empty",
            Node = { new global::Onnx.NodeProto { OpType = "Relu", Input = { "x" }, Output = { "y" } } },
        };
        var model = new global::Onnx.ModelProto { IrVersion = 8, Graph = graph };
        File.WriteAllBytes(_sample.Folder["weightless.onnx"], model.ToByteArray());
        Refused("weightless.onnx", null, "no weight tensor");
    }

    [Theory]
    [InlineData("shape")]
    [InlineData("type")]
    [InlineData("label")]
    [InlineData("labels")]
    [InlineData("name")]
    [InlineData("none")]
    [InlineData("text")]
    public void Data_that_does_not_fit_is_refused(string defect)
    {
        var floats = new byte[2 * 784 * 4];
        byte[] labels = [1, (byte)(defect == "label" ? 10 : 2)];
        var input = defect switch
        {
            "shape" => ("input", "<f4", new long[] { 2, 28, 28, 1 }, floats),
            "type" => ("input", "<i4", [2, 1, 28, 28], floats),
            "name" => ("image", "<f4", [2, 1, 28, 28], floats),
            _ => ("input", "<f4", new long[] { 2, 1, 28, 28 }, floats),
        };
        var path = _sample.Folder["data.npz"];
        if (defect == "text") File.WriteAllText(path, "This is not an archive.");
        else if (defect == "none") NumpyFile.Write(path);
        else if (defect == "labels") NumpyFile.Write(path, input, ("label", "|u1", [1], [1]));
        else NumpyFile.Write(path, input, ("label", "|u1", [2], labels));

        Refused(_sample.Original, "data.npz");
        Transcript.Of("evaluate", _sample.Original, "--data", path).Refused(3);
    }

    [Theory]
    [InlineData("", "data.npz is empty, so it is no .npz archive")]
    [InlineData("This is not an archive.", "data.npz is no .npz archive, or only a part of one")]
    public void Data_that_is_no_archive_is_named_in_the_users_words(string content, string message)
    {
        File.WriteAllText(_sample.Folder["data.npz"], content);
        Refused(_sample.Original, "data.npz", message);
    }

    [Theory]
    [InlineData("protect", "set --embedding; if other values than class scores (boxes, say), --measure to error")]
    [InlineData("evaluate", "set --embedding; if other values than class scores (boxes, say), --measure to error")]
    [InlineData("check", "pass --embedding; if other values than class scores, data without labels")]
    public void Labels_that_are_no_classes_of_the_output_lead_to_how_others_are_measured(string command, string remedy)
    {
        var path = NumpyFile.Write(_sample.Folder["data.npz"], ("input", "<f4", [2, 1, 28, 28], new byte[2 * 784 * 4]),
            ("label", "|u1", [2], [1, 10]));

        var transcript = command switch
        {
            "protect" => Transcript.Of([.. _sample.ProtectArguments(_sample.Original), "--data", path]),
            "evaluate" => Transcript.Of("evaluate", _sample.Original, "--data", path),
            _ => Transcript.OfChecker([.. _sample.CheckArguments(), "--data", path]),
        };

        transcript.Refused(3, "Label 10 is outside");
        Assert.Contains(remedy, transcript.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Measuring_needs_labels()
    {
        var path = NumpyFile.Write(_sample.Folder["data.npz"], ("input", "<f4", [1, 1, 28, 28], new byte[784 * 4]));
        Transcript.Of("evaluate", _sample.Original, "--data", path).Refused(3, "no labels");
    }

    [Fact]
    public void Outputs_that_are_no_numbers_are_not_measured_and_counted()
    {
        var model = new SmallModel().Input("x", DataType.Float, "n", 4).Output("y", DataType.Float, "n", 3)
            .Weights("w", 4, 3).Node("MatMul", ["x", "w"], "y").Write(_sample.Folder["small.onnx"]);
        var path = NumpyFile.Write(_sample.Folder["data.npz"],
            ("x", "<f4", [3, 4], NumpyFile.Bytes<float>([1, 2, 3, 4, 1, float.NaN, 3, 4, 4, 3, 2, 1])),
            ("label", "|u1", [3], [0, 1, 2]));
        var finite = NumpyFile.Write(_sample.Folder["finite.npz"],
            ("x", "<f4", [3, 4], NumpyFile.Bytes<float>([1, 2, 3, 4, 1, 1, 3, 4, 4, 3, 2, 1])),
            ("label", "|u1", [3], [0, 1, 2]));

        Transcript.Of("evaluate", model, "--data", path).Refused(3, "for 1 of 3 examples");
        Transcript.Of("evaluate", model, "--data", finite).Done();
    }

    [Fact]
    public void Labels_that_are_not_used_are_named_where_some_are_missing()
    {
        var path = NumpyFile.Write(_sample.Folder["data.npz"], ("input", "<f4", [2, 1, 28, 28], new byte[2 * 784 * 4]),
            ("y", "<f4", [2], NumpyFile.Bytes<float>([0, 0.5f])));

        Transcript.Of("evaluate", _sample.Original, "--data", path)
            .Refused(3, "Not used: y (the value 0.5 is no class number)");
    }

    [Fact]
    public void A_missing_secrets_file_is_named()
    {
        File.Delete(_sample.Secrets);
        Transcript.Of(_sample.RestoreArguments()).Refused(3, "sealed.p7m");
        Transcript.Of("inspect", _sample.Secrets).Refused(3, "sealed.p7m");
    }

    public void Dispose() => _sample.Dispose();

    private void Refused(string model, string? data, string message = "") => _sample.AssertNothingNew(() =>
        Transcript.Of([
            .. _sample.ProtectArguments(Path.Combine(_sample.Folder.Root, model)),
            .. data is null ? Array.Empty<string>() : ["--data", _sample.Folder[data]],
        ]).Refused(3, message));
}
