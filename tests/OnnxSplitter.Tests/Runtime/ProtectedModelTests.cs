using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Data;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Tests.Secrets;

namespace OnnxSplitter.Tests.Runtime;

public sealed class ProtectedModelTests
{
    private const int Seed = 20;

    [Theory]
    [InlineData("resnet20-fmnist.onnx")]
    [InlineData("vit-fmnist.onnx")]
    public void A_session_gives_the_outputs_of_the_original_bit_for_bit(string model)
    {
        using var sample = new ProtectedSample(model);
        var secretsPath = Seal(sample);
        using var original = new InferenceSession(sample.Original);
        using var obfuscated = new InferenceSession(sample.Obfuscated);
        using var options = new SessionOptions();
        using var restored = ProtectedModel.Open(
            sample.Obfuscated, secretsPath, TestKeys.PublicPart(TestKeys.Signer), TestKeys.Alice,
                new() { Session = options });
        using var opened = ProtectedModel.Open(sample.Obfuscated, sample.Secrets);

        var expected = Bits(original);

        Assert.Equal(expected, Bits(restored));
        Assert.Equal(expected, Bits(opened));
        Assert.NotEqual(expected, Bits(obfuscated));
    }

    [Fact]
    public void Secrets_of_another_signer_open_no_session()
    {
        using var sample = new ProtectedSample();
        var e = Assert.Throws<SecretsException>(() => ProtectedModel.Open(
            sample.Obfuscated, Seal(sample), TestKeys.OtherSigner, TestKeys.Alice));
        Assert.Equal(SecretsFailure.NotTrusted, e.Failure);
    }

    [Fact]
    public void Nothing_is_written_beside_the_model()
    {
        using var sample = new ProtectedSample();
        var secretsPath = Seal(sample);
        var before = Directory.GetFileSystemEntries(sample.Folder.Root).Length;
        using var session = ProtectedModel.Open(
            sample.Obfuscated, secretsPath, TestKeys.Signer, TestKeys.Alice);
        Assert.Equal(before, Directory.GetFileSystemEntries(sample.Folder.Root).Length);
    }

    private static string Seal(ProtectedSample sample)
    {
        var path = sample.Folder["model.p7m"];
        File.WriteAllBytes(path, SecretsEnvelope.Seal(sample.Secrets, TestKeys.Signer, [TestKeys.Alice]));
        return path;
    }

    internal static uint[] Bits(InferenceSession session)
    {
        var (name, input) = session.InputMetadata.Single();
        long[] dims = [.. input.Dimensions.Select(dim => dim < 0 ? 3 : dim)];
        var random = new Random(Seed);
        var values = new float[dims.Aggregate(1L, (product, dim) => product * dim)];
        for (var i = 0; i < values.Length; i++) values[i] = random.NextSingle() * 2 - 1;
        using var feed = AlignedTensor.Of(values, dims);
        using var run = new RunOptions();
        using var outputs = session.Run(run, [name], [feed], session.OutputNames);
        return [.. MemoryMarshal.Cast<float, uint>(outputs.Single().GetTensorDataAsSpan<float>())];
    }
}
