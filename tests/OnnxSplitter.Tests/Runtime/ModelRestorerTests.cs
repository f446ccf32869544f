using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Tests.Runtime;

public sealed class ModelRestorerTests
{
    [Theory]
    [InlineData("resnet20-fmnist.onnx")]
    [InlineData("resnet20-fmnist-bn.onnx")]
    [InlineData("vit-fmnist.onnx")]
    [InlineData("vit-fmnist-named.onnx")]
    public void Restoring_gives_the_original_file(string model)
    {
        using var sample = new ProtectedSample(model);
        Assert.NotEqual(ModelFile.Digest(sample.Original), ModelFile.Digest(sample.Obfuscated));

        ModelRestorer.RestoreToFile(sample.Obfuscated, sample.Secrets, sample.Restored, overwrite: false);
        var inMemory = ModelRestorer.RestoreInMemory(sample.Obfuscated, sample.Secrets);

        Assert.Equal(ModelFile.Digest(sample.Original), ModelFile.Digest(sample.Restored));
        Assert.Equal(File.ReadAllBytes(sample.Original), inMemory);
    }

    [Fact]
    public void Secrets_of_another_model_are_refused()
    {
        using var sample = new ProtectedSample();
        using var other = new ProtectedSample("resnet20-fmnist-bn.onnx");
        Refused(sample, other.Secrets);
    }

    [Fact]
    public void One_flipped_bit_in_the_model_is_refused()
    {
        using var sample = new ProtectedSample();
        using (var stream = new FileStream(sample.Obfuscated, FileMode.Open))
        {
            stream.Position = stream.Length / 2;
            var value = stream.ReadByte();
            stream.Position--;
            stream.WriteByte((byte)(value ^ 1));
        }

        Refused(sample, sample.Secrets);
    }

    [Fact]
    public void What_a_changed_weight_held_has_no_part_in_a_restored_file_but_is_no_shipped_model()
    {
        using var sample = new ProtectedSample();
        using (var stream = new FileStream(sample.Obfuscated, FileMode.Open, FileAccess.ReadWrite))
            WeightPatcher.Write(stream, [new WeightBits(sample.Changes[0].Tensor, sample.Changes[0].Index, Bits: 1)]);

        ModelRestorer.RestoreToFile(sample.Obfuscated, sample.Secrets, sample.Restored, overwrite: false);

        Assert.Equal(ModelFile.Digest(sample.Original), ModelFile.Digest(sample.Restored));
        Assert.Throws<ModelMismatchException>(() => ModelRestorer.RestoreInMemory(sample.Obfuscated, sample.Secrets));
        Assert.Throws<ModelMismatchException>(() => ModelRestorer.Verify(sample.Obfuscated, sample.Secrets));
    }

    [Fact]
    public void Another_length_is_refused()
    {
        using var sample = new ProtectedSample();
        File.AppendAllText(sample.Obfuscated, "x");
        Refused(sample, sample.Secrets);
    }

    [Fact]
    public void A_tensor_that_the_model_lacks_is_refused()
    {
        using var sample = new ProtectedSample();
        var change = sample.Changes[0];
        using var unknown = sample.SecretsOf([change with { Tensor = change.Tensor with { Path = "none" } }]);
        Refused(sample, unknown);
    }

    [Fact]
    public void Another_shape_is_refused()
    {
        using var sample = new ProtectedSample();
        var change = sample.Changes[0];
        var flat = change.Tensor with { Dims = [change.Tensor.Count] };
        using var reshaped = sample.SecretsOf(sample.Changes.Take(10).Select(x => x with { Tensor = flat }));
        Refused(sample, reshaped);
    }

    [Fact]
    public void Bits_that_do_not_give_the_original_are_refused()
    {
        using var sample = new ProtectedSample();
        using var incomplete = sample.SecretsOf(sample.Changes.Skip(1));
        Refused(sample, incomplete);
    }

    [Fact]
    public void Secrets_of_several_files_are_refused()
    {
        using var sample = new ProtectedSample();
        var file = sample.Secrets.Files[0];
        using var several = new ModelSecrets(
            "sign",
            "1",
            DateTimeOffset.UnixEpoch,
            [file, new ProtectedFile("second.data", file.Length, file.Sha256Obfuscated, file.Sha256Original)],
            sample.Secrets.Tensors);
        Refused(sample, several);
    }

    [Fact]
    public void The_model_itself_is_never_overwritten()
    {
        using var sample = new ProtectedSample();
        var before = File.ReadAllBytes(sample.Obfuscated);
        File.CreateSymbolicLink(sample.Folder["link.onnx"], sample.Obfuscated);
        Directory.CreateSymbolicLink(sample.Folder["folder"], sample.Folder.Root);
        string[] spellings =
        [
            sample.Obfuscated,
            sample.Folder["./obfuscated.onnx"],
            sample.Folder["folder/../obfuscated.onnx"],
            sample.Folder["link.onnx"],
            sample.Folder["folder/obfuscated.onnx"],
        ];

        foreach (var output in spellings)
        {
            Assert.Throws<OutputExistsException>(
                () => ModelRestorer.RestoreToFile(sample.Obfuscated, sample.Secrets, output, overwrite: true));
            Assert.Equal(before, File.ReadAllBytes(sample.Obfuscated));
        }

        Assert.Throws<OutputExistsException>(() => ModelRestorer.RestoreToFile(
            sample.Folder["link.onnx"], sample.Secrets, sample.Obfuscated, overwrite: true));
    }

    [Fact]
    public void An_existing_output_stays_unless_it_may_be_replaced()
    {
        using var sample = new ProtectedSample();
        File.WriteAllText(sample.Restored, "mine");

        Assert.Throws<OutputExistsException>(
            () => ModelRestorer.RestoreToFile(sample.Obfuscated, sample.Secrets, sample.Restored, overwrite: false));
        Assert.Equal("mine", File.ReadAllText(sample.Restored));

        ModelRestorer.RestoreToFile(sample.Obfuscated, sample.Secrets, sample.Restored, overwrite: true);
        Assert.Equal(ModelFile.Digest(sample.Original), ModelFile.Digest(sample.Restored));
    }

    [Fact]
    public void A_model_that_is_not_there_is_refused()
    {
        using var sample = new ProtectedSample();
        File.Delete(sample.Obfuscated);
        Assert.Throws<ModelFormatException>(() => ModelRestorer.RestoreInMemory(sample.Obfuscated, sample.Secrets));
    }

    /// <summary>Refused both ways, and nothing new lies in the folder.</summary>
    private static void Refused(ProtectedSample sample, ModelSecrets secrets)
    {
        var before = Directory.GetFiles(sample.Folder.Root);
        var e = Assert.Throws<ModelMismatchException>(
            () => ModelRestorer.RestoreToFile(sample.Obfuscated, secrets, sample.Restored, overwrite: false));
        Assert.Contains("is not the model these secrets belong to", e.Message, StringComparison.Ordinal);
        Assert.Throws<ModelMismatchException>(() => ModelRestorer.RestoreInMemory(sample.Obfuscated, secrets));
        Assert.Equivalent(before, Directory.GetFiles(sample.Folder.Root), strict: true);
    }
}
