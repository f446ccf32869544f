using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Onnx;
using OnnxSplitter.Runtime;
using OnnxSplitter.Runtime.Ort;

namespace OnnxSplitter.Tests.Runtime;

/// <summary>What one restorer does for files, memory and sessions.</summary>
public sealed class RestorerTests : IDisposable
{
    private readonly ProtectedSample _sample = new();

    [Fact]
    public void What_was_opened_is_restored_whatever_gets_the_name_meanwhile()
    {
        using var restorer = new Restorer(_sample.Obfuscated, _sample.Secrets);
        File.WriteAllText(_sample.Folder["other"], "another model");
        File.Move(_sample.Folder["other"], _sample.Obfuscated, overwrite: true);
        var sink = new MemorySink();
        restorer.Run(sink);
        Assert.Equal(File.ReadAllBytes(_sample.Original), sink.Model);
    }

    [Fact]
    public void A_file_that_is_written_to_meanwhile_is_named_as_that()
    {
        using var memory = new RestoredMemory(_sample.Obfuscated, digest: true);
        foreach (var sink in new IRestoreSink[] { new MemorySink(), new VerifyingSink(), memory })
        {
            var copy = File.ReadAllBytes(_sample.Obfuscated);
            using (var restorer = new Restorer(_sample.Obfuscated, _sample.Secrets))
            {
                File.SetLastWriteTimeUtc(_sample.Obfuscated, DateTime.UnixEpoch);
                Write(copy.Length / 2, (byte)(copy[copy.Length / 2] ^ 1));
                var e = Assert.Throws<ModelFormatException>(() => restorer.Run(sink));
                Assert.Contains("was written to while it was read", e.Message, StringComparison.Ordinal);
            }

            File.WriteAllBytes(_sample.Obfuscated, copy);
        }
    }

    [Fact]
    public void A_file_that_becomes_shorter_is_named_as_that()
    {
        using var restorer = new Restorer(_sample.Obfuscated, _sample.Secrets);
        using (var file = new FileStream(_sample.Obfuscated, FileMode.Open, FileAccess.Write)) file.SetLength(1000);
        var e = Assert.Throws<ModelFormatException>(() => restorer.Run(new VerifyingSink()));
        Assert.Contains("became shorter", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_or_a_folder_is_an_input_that_cannot_be_read()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Other systems can't be asked.");
        using (var made = System.Diagnostics.Process.Start("mkfifo", [_sample.Folder["pipe"]])) made.WaitForExit();
        var e = Assert.Throws<ModelFormatException>(() => ModelRestorer.RestoreToFile(
            _sample.Folder["pipe"], _sample.Secrets, _sample.Restored, overwrite: false));
        Assert.Contains("pipe", e.Message, StringComparison.Ordinal);
        e = Assert.Throws<ModelFormatException>(() => ModelRestorer.RestoreToFile(
            _sample.Folder.Root, _sample.Secrets, _sample.Restored, overwrite: false));
        Assert.Contains($"{_sample.Folder.Root} is a folder.", e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_sample.Restored));
    }

    [Fact]
    public void An_output_in_a_folder_that_is_not_there_is_refused_and_makes_none()
    {
        Assert.Throws<OutputFailedException>(() => ModelRestorer.RestoreToFile(
            _sample.Obfuscated, _sample.Secrets, _sample.Folder["missing/x.onnx"], overwrite: false));
        Assert.False(Directory.Exists(_sample.Folder["missing"]));
    }

    [Fact]
    public void Session_options_are_copied_with_what_was_set_on_them()
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        options.AddSessionConfigEntry("session.disable_prepacking", "1");
        using (var copy = OwnOptions.Copy(options))
        {
            copy.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", "/nowhere");
            using var session = new InferenceSession(_sample.Original, copy);
            Assert.NotEmpty(session.InputMetadata);
        }

        using var plain = new InferenceSession(_sample.Original, options);
        Assert.NotEmpty(plain.InputMetadata);
    }

    public void Dispose() => _sample.Dispose();

    private void Write(int position, byte value)
    {
        using var file = new FileStream(_sample.Obfuscated, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.Position = position;
        file.WriteByte(value);
    }
}
