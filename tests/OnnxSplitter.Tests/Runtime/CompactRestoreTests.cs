using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Tests.Secrets;

namespace OnnxSplitter.Tests.Runtime;

public sealed class CompactRestoreTests : IDisposable
{
    private readonly ProtectedSample _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void All_changed_weights_get_the_one_value_and_no_other_byte_differs_from_the_original()
    {
        using var secrets = _sample.CompactSecrets(0.125f);

        ModelRestorer.RestoreToFile(_sample.Obfuscated, secrets, _sample.Restored, overwrite: false);

        Assert.Equal(secrets.Files[0].Sha256Restored, ModelFile.Digest(_sample.Restored));
        Assert.Equal(File.ReadAllBytes(_sample.Restored), ModelRestorer.RestoreInMemory(_sample.Obfuscated, secrets));
        Assert.NotEqual(File.ReadAllBytes(_sample.Original), File.ReadAllBytes(_sample.Restored));
        using (var stream = new FileStream(_sample.Restored, FileMode.Open))
        {
            Assert.All(_sample.Changes, change => Assert.Equal(
                BitConverter.SingleToUInt32Bits(0.125f), WeightPatcher.Read(stream, change.Tensor, change.Index)));
            WeightPatcher.Write(stream, _sample.Changes.Select(x => new WeightBits(x.Tensor, x.Index, x.Original)));
        }

        Assert.Equal(File.ReadAllBytes(_sample.Original), File.ReadAllBytes(_sample.Restored));
    }

    [Fact]
    public void A_session_is_opened_on_the_restored_model()
    {
        using var secrets = _sample.CompactSecrets(0.125f);
        var path = _sample.Folder["compact.p7m"];
        File.WriteAllBytes(path, SecretsEnvelope.Seal(secrets, TestKeys.Signer, [TestKeys.Alice]));
        ModelRestorer.RestoreToFile(_sample.Obfuscated, secrets, _sample.Restored, overwrite: false);

        using var session = ProtectedModel.Open(
            _sample.Obfuscated, path, TestKeys.PublicPart(TestKeys.Signer), TestKeys.Alice);
        using var expected = new Microsoft.ML.OnnxRuntime.InferenceSession(_sample.Restored);

        Assert.Equal(ProtectedModelTests.Bits(expected), ProtectedModelTests.Bits(session));
    }

    [Fact]
    public void Another_value_than_the_digest_was_taken_of_is_refused()
    {
        using var secrets = _sample.CompactSecrets(0.125f);
        using var other = OnnxSplitter.Secrets.Payload.ModelSecrets.From(
            "sign", secrets.Created, secrets.Files, _sample.Changes, center: 0.25f);
        Assert.Throws<ModelMismatchException>(
            () => ModelRestorer.RestoreToFile(_sample.Obfuscated, other, _sample.Restored, overwrite: false));
        Assert.Throws<ModelMismatchException>(() => ModelRestorer.RestoreInMemory(_sample.Obfuscated, other));
        Assert.False(File.Exists(_sample.Restored));
    }
}
