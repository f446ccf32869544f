using System.Security.Cryptography.X509Certificates;
using Onnx;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Protection.Execution;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Protection.Search;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Tests.Protection;

/// <summary>
/// What makes searches of models possible that are larger than a protobuf message, on a model that is not.
/// </summary>
public sealed class LargeModelTests : IDisposable
{
    private static readonly X509Certificate2 Key = KeyFiles.Create("large model tests");

    private readonly TemporaryFolder _folder = new();
    private readonly string _outside;

    public LargeModelTests()
    {
        _outside = _folder["outside/model.onnx"];
        DataFileModel.Write(ModelFile.Open(Repository.Model("resnet20-fmnist.onnx")).ParseWhole(), _outside);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Of_weights_in_data_files_the_same_are_chosen()
    {
        Assert.Equal(Chosen(Repository.Model("resnet20-fmnist.onnx"), "a"), Chosen(_outside, "b"));

        string[] Chosen(string model, string name)
        {
            Directory.CreateDirectory(_folder[name]);
            var options = new ProtectionOptions(
                model, _folder[$"{name}/model.onnx"], _folder[$"{name}.p7m"], Identity.Of(Key), [Key])
            {
                Data = new DataSettings { Calibration = Examples.Calibration(384) },
                Search = new SearchSettings { TargetAccuracy = 0.5 },
            };
            Assert.True(ProtectionPipeline.Run(options).Written);
            using var secrets = SecretsEnvelope.Open(SecretsEnvelope.ReadFile(options.Secrets), Key, Key);
            return [.. secrets.Tensors.SelectMany(tensor => tensor.Indices.Select(index => $"{tensor.Path} {index}"))
                .Order(StringComparer.Ordinal)];
        }
    }

    [Fact]
    public void A_tensor_is_in_memory_only_while_it_is_changed()
    {
        var model = Search();
        var tensor = model.Tensors.MaxBy(tensor => tensor.Count)!;
        var proto = model.Proto.Graph.Initializer.Single(initializer => initializer.Name == tensor.Path);
        float[] original = [.. model.Values(tensor.Path)];
        Assert.Equal(TensorProto.Types.DataLocation.External, proto.DataLocation);

        model.Write([(tensor, 7, -original[7]), (tensor, 9, 0)]);

        Assert.Equal(tensor.Count * sizeof(float), proto.RawData.Length);
        Assert.Equal((-original[7], original[8], 0),
            (model.Source(tensor.Path)[7], model.Source(tensor.Path)[8], model.Values(tensor.Path)[9]));

        model.Write([(tensor, 7, original[7]), (tensor, 9, original[9])]);

        Assert.Equal((TensorProto.Types.DataLocation.External, 0), (proto.DataLocation, proto.RawData.Length));
        Assert.Equal(original, model.Values(tensor.Path));
    }

    [Fact]
    public void A_session_of_low_memory_computes_what_another_does()
    {
        var model = Search();
        using var loaded = LoadedModel.Open(_outside);
        var data = Drawn.For(loaded.Signature, 4, seed: 1);
        using var lowMemory = new GraphSessions(Path.GetDirectoryName(_outside), folded: false, lowMemory: true)
            .Load(model.Proto, loaded.Signature);

        Assert.All(loaded.Outputs(data).Zip(lowMemory.Outputs(data)),
            pair => Assert.Equal(pair.First, pair.Second, 1e-4 * (1 + Math.Abs(pair.First))));
    }

    private SearchModel Search()
    {
        using var loaded = LoadedModel.Open(_outside);
        return new SearchModel(
            ModelFile.Open(_outside), TensorFilter.None, loaded.Signature, Drawn.For(loaded.Signature, 1, seed: 1));
    }
}
