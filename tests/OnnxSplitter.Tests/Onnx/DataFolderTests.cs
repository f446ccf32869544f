using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Onnx;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Tests.Gradients;
using OnnxSplitter.Tests.Protection;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Onnx;

/// <summary>Data files under names and links as exporters and download caches make them.</summary>
public sealed class DataFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a name with a dot before it", "a/m.onnx", "./w.bin", "a/w.bin", null, true)]
    [InlineData("dots within", "a/m.onnx", "././sub/./w.bin", "a/sub/w.bin", null, true)]
    [InlineData("a link within the folder", "a/m.onnx", "link", "a/sub/w.bin", "a/link", true)]
    [InlineData("a link out of it", "a/m.onnx", "link", "out/w.bin", "a/link", false)]
    [InlineData("a cache", "snapshot/m.onnx", "link", "blobs/w.bin", "snapshot/link", true)]
    [InlineData("a cache, further down", "snapshot/m.onnx", "link", "blobs/sub/w.bin", "snapshot/link", true)]
    [InlineData("a cache and a link out of it", "snapshot/m.onnx", "link", "out/w.bin", "snapshot/link", false)]
    [InlineData("a cache without a link to the data", "snapshot/m.onnx", "w.bin", "blobs/w.bin", null, false)]
    public void They_are_followed_where_ONNX_Runtime_follows_them(
        string layout, string model, string location, string data, string? link, bool opens)
    {
        // The model of a cache is a link itself.
        var cached = model.StartsWith("snapshot", StringComparison.Ordinal);
        foreach (var path in new[] { model, data, cached ? "blobs/m" : model })
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[path])!);
        Write(_folder[cached ? "blobs/m" : model], location, _folder[data]);
        if (cached) File.CreateSymbolicLink(_folder[model], "../blobs/m");
        if (link is not null)
            File.CreateSymbolicLink(
                _folder[link], Path.GetRelativePath(Path.GetDirectoryName(_folder[link])!, _folder[data]));

        if (!opens)
        {
            Assert.Throws<ModelFormatException>(() => ModelFile.Open(_folder[model]));
            Assert.Throws<OnnxRuntimeException>(() => new InferenceSession(_folder[model]));
            return;
        }

        using var session = new InferenceSession(_folder[model]);
        using var file = ModelFile.Open(_folder[model]);
        var tensor = Assert.Single(file.Weights);
        Assert.True(tensor.Storage.File is "link" or "w.bin" or "sub/w.bin", layout);
        Assert.Equal(64 * sizeof(float), Assert.Single(file.DataFiles).Length);
    }

    [Fact]
    public void A_file_in_ORT_format_is_refused_by_its_name()
    {
        File.WriteAllBytes(_folder["model.ort"], [0x18, 0, 0, 0, .. "ORTM"u8, 0, 0, 0, 0, 12, 0, 16, 0]);

        var refusal = Assert.Throws<ModelFormatException>(() => ModelFile.Open(_folder["model.ort"]));

        Assert.Contains("ORT format", refusal.Message, StringComparison.Ordinal);
        Cli.Transcript.Of("inspect", _folder["model.ort"]).Refused(3, "ORT format");
    }

    private static void Write(string path, string location, string data)
    {
        File.WriteAllBytes(data, new byte[64 * sizeof(float)]);
        var graph = new GraphProto
        {
            Name = "g",
            Input = { SmallModel.Value("x", DataType.Float, "n", 8) },
            Output = { SmallModel.Value("y", DataType.Float, "n", 8) },
            Node = { new NodeProto { OpType = "MatMul", Input = { "x", "w" }, Output = { "y" } } },
            Initializer =
            {
                new TensorProto
                {
                    Name = "w",
                    DataType = (int)DataType.Float,
                    Dims = { 8, 8 },
                    DataLocation = TensorProto.Types.DataLocation.External,
                    ExternalData = { new StringStringEntryProto { Key = "location", Value = location } },
                },
            },
        };
        File.WriteAllBytes(path, Values.Model(graph, 17).ToByteArray());
    }
}
