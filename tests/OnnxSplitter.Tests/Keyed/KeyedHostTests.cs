using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Tests.Cli;
using OnnxSplitter.Tests.Secrets;

namespace OnnxSplitter.Tests.Keyed;

/// <summary>Hosts that open models whose weights a key changed, in files of every kind.</summary>
public sealed class KeyedHostTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;
    private readonly string _shipped;

    public KeyedHostTests()
    {
        _model = _folder["in/model.onnx"];
        DataFileModel.Write(ModelFile.Open(Repository.Model("resnet20-fmnist.onnx")).ParseWhole(), _model);
        Directory.CreateDirectory(_folder["shipped"]);
        _shipped = _folder["shipped/model.onnx"];
        UnmeasuredProtection.Run(new ProtectionOptions(
            _model, _shipped, _folder["model.p7m"], Identity.Of(TestKeys.Signer), [TestKeys.Alice])
        {
            Search = new SearchSettings { Strategy = StrategyKind.Keyed },
        }, TestContext.Current.CancellationToken);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(DataDigests.Alongside)]
    [InlineData(DataDigests.Before)]
    [InlineData(DataDigests.Never)]
    public void A_session_over_data_files_answers_as_the_original_does(DataDigests digests)
    {
        using var session = ProtectedModel.Open(_shipped, _folder["model.p7m"], TestKeys.Signer, TestKeys.Alice,
            new ProtectedModelOptions { Digests = digests });
        using var original = new Microsoft.ML.OnnxRuntime.InferenceSession(_model);
        Assert.Equal(Outputs(original), Outputs(session));
    }

    [Fact]
    public void A_changed_bit_of_a_data_file_is_refused()
    {
        ShippedSample.Flip(_folder["shipped/even.bin"], 0.5);
        Assert.Throws<ModelMismatchException>(() =>
            ProtectedModel.Open(_shipped, _folder["model.p7m"], TestKeys.Signer, TestKeys.Alice));
        Assert.Throws<ModelMismatchException>(() => Restore(_folder["back.onnx"]));
    }

    [Fact]
    public void Whoever_takes_one_file_gets_changed_tensors_inside()
    {
        using var identity = Identity.Of(TestKeys.Alice);
        using var restored = RestoredBytes.Open(
            _shipped, _folder["model.p7m"], TrustedSigner.Pinned(TestKeys.Signer), [identity]);
        File.WriteAllBytes(_folder["shipped/whole.onnx"], restored.Bytes);
        using var whole = new Microsoft.ML.OnnxRuntime.InferenceSession(_folder["shipped/whole.onnx"]);
        using var original = new Microsoft.ML.OnnxRuntime.InferenceSession(_model);
        Assert.Equal(Outputs(original), Outputs(whole));
    }

    [Fact]
    public void Nothing_of_the_files_on_the_disk_changes()
    {
        var before = Directory.GetFiles(_folder["shipped"]).Select(File.ReadAllBytes).ToArray();
        using (ProtectedModel.Open(_shipped, _folder["model.p7m"], TestKeys.Signer, TestKeys.Alice))
            Assert.Equal(before, Directory.GetFiles(_folder["shipped"]).Select(File.ReadAllBytes));
    }

    private void Restore(string output)
    {
        using var secrets = SecretsEnvelope.Open(
            File.ReadAllBytes(_folder["model.p7m"]), TestKeys.Signer, TestKeys.Alice);
        ModelRestorer.RestoreToFile(_shipped, secrets, output, overwrite: false);
    }

    private static float[] Outputs(Microsoft.ML.OnnxRuntime.InferenceSession session)
    {
        var random = new Random(1);
        var input = Enumerable.Range(0, 2 * 28 * 28).Select(_ => random.NextSingle()).ToArray();
        using var value = Microsoft.ML.OnnxRuntime.OrtValue.CreateTensorValueFromMemory(input, [2, 1, 28, 28]);
        using var run = new Microsoft.ML.OnnxRuntime.RunOptions();
        using var outputs = session.Run(run, [session.InputNames[0]], [value], [session.OutputNames[0]]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
