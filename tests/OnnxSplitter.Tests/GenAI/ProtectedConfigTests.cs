using Microsoft.ML.OnnxRuntimeGenAI;
using OnnxSplitter.GenAI;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Tests.Secrets;

namespace OnnxSplitter.Tests.GenAI;

public sealed class ProtectedConfigTests
{
    [Fact]
    public void A_folder_says_what_the_restored_one_says_and_nothing_is_written()
    {
        using var sample = new LanguageFolder();
        int[] expected, shipped, restored;
        using (var config = new Config(sample.Restore())) expected = LanguageFolder.Continue(config);
        using (var config = new Config(sample.Folder.Root)) shipped = LanguageFolder.Continue(config);
        var before = Files(sample.Folder.Root);

        using (var config = new Config(sample.Folder.Root))
        {
            using var bytes = Add(config, sample);
            restored = LanguageFolder.Continue(config);
        }

        Assert.Equal(expected, restored);
        Assert.NotEqual(expected, shipped);
        Assert.Equal(before, Files(sample.Folder.Root));
    }

    [Theory]
    [InlineData("\"session.optimized_model_filepath\": \"0\",", SessionWrites.OptimizedModel)]
    [InlineData("\"ep.context_enable\": \"1\",", SessionWrites.CompiledModel)]
    [InlineData("\"provider_options\": [{ \"NvTensorRtRtx\": { \"nv_runtime_cache_path\": \"here\" } }],",
        SessionWrites.ProviderCache)]
    public void A_configuration_that_would_write_weights_is_refused(string entry, SessionWrites kind)
    {
        using var sample = new LanguageFolder(entry);
        using var config = new Config(sample.Folder.Root);
        var e = Assert.Throws<UnsafeOptionsException>(() => Add(config, sample));
        Assert.Contains($"SessionWrites.{kind}", e.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_data_file_that_was_changed_is_refused()
    {
        using var sample = new LanguageFolder();
        using (var file = new FileStream(sample.Folder["even.bin"], FileMode.Open))
        {
            var first = file.ReadByte();
            file.Position = 0;
            file.WriteByte((byte)(first ^ 1));
        }

        using var config = new Config(sample.Folder.Root);
        Assert.Throws<ModelMismatchException>(() => Add(config, sample));
        Add(config, sample, new ProtectedModelOptions { Digests = DataDigests.Never }).Dispose();
    }

    [Fact]
    public void Secrets_of_another_signer_add_nothing()
    {
        using var sample = new LanguageFolder();
        using var config = new Config(sample.Folder.Root);
        using var identity = Identity.Of(TestKeys.Alice);
        Assert.Throws<SecretsException>(() => config.AddProtectedModel(
            sample.Folder.Root, "model.onnx", sample.Folder["model.p7m"], TestKeys.OtherSigner, [identity]));
    }

    [Fact]
    public void What_is_disposed_is_zeroed()
    {
        using var sample = new LanguageFolder();
        using var config = new Config(sample.Folder.Root);
        var bytes = Add(config, sample);
        Assert.Contains(bytes.Bytes, x => x != 0);
        bytes.Dispose();
        Assert.DoesNotContain(bytes.Bytes, x => x != 0);
    }

    private static RestoredBytes Add(Config config, LanguageFolder sample, ProtectedModelOptions? options = null)
    {
        using var identity = Identity.Of(TestKeys.Alice);
        return config.AddProtectedModel(sample.Folder.Root, "model.onnx", sample.Folder["model.p7m"], TestKeys.Alice,
            [identity], options);
    }

    private static string[] Files(string folder) =>
        [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}
