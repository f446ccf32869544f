using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Secrets.Payload;
using OnnxSplitter.Tests.Onnx;
using OnnxSplitter.Tests.Secrets;

namespace OnnxSplitter.Tests.Protection;

/// <summary>Generated models, obfuscated and restored: whatever type, encoding and place their weights have.</summary>
public sealed class RoundTripTests
{
    [Theory]
    [InlineData(MoveKind.Sign)]
    [InlineData(MoveKind.Best)]
    public void Only_the_changed_weights_bytes_differ_and_restoring_gives_every_file_back(MoveKind move)
    {
        var seed = 0;
        GeneratedModel.Any.Holds(tensors =>
        {
            using var folder = new TemporaryFolder();
            var model = GeneratedModel.Write(folder["original"], tensors);
            using var file = ModelFile.Open(model);
            Assert.Equal(tensors.Length, file.Weights.Count);
            var options = new ProtectionOptions(
                model, folder["shipped/model.onnx"], folder["secrets.p7m"], Identity.Of(TestKeys.Signer),
                [TestKeys.Alice])
            {
                Search = new SearchSettings
                {
                    Strategy = StrategyKind.Random,
                    Move = move,
                    MaxWeights = 4,
                    Seed = ++seed,
                },
            };
            Directory.CreateDirectory(folder["shipped"]);
            Directory.CreateDirectory(folder["back"]);
            UnmeasuredReport report;
            try
            {
                report = UnmeasuredProtection.Run(options);
            }
            catch (ModelFormatException e) when (e.Message.StartsWith("Only ", StringComparison.Ordinal))
            {
                // Signs of numbers in int32_data mostly have other lengths.
                Assert.Empty(Directory.EnumerateFileSystemEntries(folder["shipped"]));
                return;
            }

            using var secrets = SecretsEnvelope.Open(
                SecretsEnvelope.ReadFile(options.Secrets), TestKeys.Signer, TestKeys.Alice);
            Assert.Equal(4, report.WeightsChanged);
            Assert.Equal(4, secrets.Tensors.Sum(tensor => tensor.Indices.Length));
            using var obfuscated = ModelFile.Open(options.Output);
            foreach (var name in file.Parts) DifferInListedWeightsAlone(file, obfuscated, name, secrets);

            ModelRestorer.Verify(options.Output, secrets);
            ModelRestorer.RestoreToFile(options.Output, secrets, folder["back/model.onnx"], overwrite: false);
            using var back = ModelFile.Open(folder["back/model.onnx"]);
            foreach (var name in file.Parts)
                Assert.Equal(ModelFile.Digest(file.PathOf(name)), ModelFile.Digest(back.PathOf(name)));
        }, draws: 25);
    }

    private static void DifferInListedWeightsAlone(
        ModelFile original, ModelFile obfuscated, string name, ModelSecrets secrets)
    {
        var bytes = File.ReadAllBytes(obfuscated.PathOf(name));
        using var stream = new MemoryStream(bytes);
        foreach (var tensor in secrets.Tensors)
        {
            var weights = original.Find(tensor.Path)!;
            if (weights.Storage.File != name) continue;
            Assert.All(WeightPatcher.Read(stream, weights, tensor.Indices).Zip(tensor.RestoredBits), pair =>
                Assert.NotEqual(pair.First, pair.Second));
            WeightPatcher.Write(
                stream, tensor.Indices.Zip(tensor.RestoredBits, (i, bits) => new WeightBits(weights, i, bits)));
        }

        Assert.Equal(File.ReadAllBytes(original.PathOf(name)), bytes);
    }
}
