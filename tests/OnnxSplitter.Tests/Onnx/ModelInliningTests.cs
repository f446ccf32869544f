using CsCheck;
using Google.Protobuf;
using Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Tests.Onnx;

/// <summary>Tensors of data files that become part of the model's bytes.</summary>
public sealed class ModelInliningTests
{
    [Fact]
    public void A_model_of_data_files_becomes_one_of_none()
    {
        using var folder = new TemporaryFolder();
        var path = folder["m/model.onnx"];
        var original = ModelFile.Open(Repository.Model("resnet20-fmnist.onnx")).ParseWhole();
        DataFileModel.Write(original.Clone(), path);
        using var file = ModelFile.Open(path);
        using var inlining = new ModelInlining(File.ReadAllBytes(path));
        foreach (var data in file.DataFiles)
        {
            using var stream = file.OpenPart(data.Name);
            inlining.Add(data.Name, stream, [new BytePatch(0, File.ReadAllBytes(data.Path))]);
        }

        var whole = ModelProto.Parser.ParseFrom(inlining.ToArray());
        foreach (var tensor in whole.Graph.Initializer) Assert.Empty(tensor.ExternalData);
        Assert.Equal(original, whole);
    }

    [Fact]
    public void Touched_tensors_of_any_model_get_their_values_and_nothing_else_changes() => GeneratedModel.Any.Holds(
        tensors =>
        {
            using var folder = new TemporaryFolder();
            var path = GeneratedModel.Write(folder.Root, tensors);
            ModelFile file;
            try
            {
                file = ModelFile.Open(path);
            }
            catch (OnnxSplitter.Onnx.ModelFormatException)
            {
                return;
            }

            using (file)
            {
                var bytes = File.ReadAllBytes(path);
                using var inlining = new ModelInlining(bytes);
                Assert.Equal(bytes, inlining.ToArray());
                var expected = ModelProto.Parser.ParseFrom(bytes);
                foreach (var data in file.DataFiles)
                {
                    var content = File.ReadAllBytes(data.Path);
                    var patch = new BytePatch(data.Length / 2, [(byte)(content[data.Length / 2] ^ 0x55)]);
                    using var stream = file.OpenPart(data.Name);
                    inlining.Add(data.Name, stream, [patch]);
                    content[data.Length / 2] ^= 0x55;
                    foreach (var tensor in expected.Graph.Initializer.Where(tensor => Location(tensor) == data.Name))
                    {
                        var (_, offset, length, _) = file.Find(tensor.Name)!.Storage.Parts[0];
                        if (patch.Offset < offset || patch.Offset >= offset + length) continue;
                        tensor.RawData = ByteString.CopyFrom(content.AsSpan((int)offset, (int)length));
                        tensor.ExternalData.Clear();
                        tensor.DataLocation = TensorProto.Types.DataLocation.Default;
                    }
                }

                Assert.Equal(expected, ModelProto.Parser.ParseFrom(inlining.ToArray()));
            }
        }, draws: 200);

    private static string? Location(TensorProto tensor) =>
        tensor.ExternalData.FirstOrDefault(entry => entry.Key == "location")?.Value;
}
