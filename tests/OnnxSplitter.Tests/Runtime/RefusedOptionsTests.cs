using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Runtime;
using OnnxSplitter.Runtime.Ort;
using OnnxSplitter.Tests.Secrets;

namespace OnnxSplitter.Tests.Runtime;

/// <summary>What session options ask for that brings restored weights to the disk.</summary>
public sealed class RefusedOptionsTests
{
    [Theory]
    [InlineData("ep.context_enable", "1", SessionWrites.CompiledModel)]
    [InlineData("ep.enable_weightless", "1", SessionWrites.Weightless)]
    [InlineData("ep.nvtensorrtrtxexecutionprovider.nv_runtime_cache_path", "{0}", SessionWrites.ProviderCache)]
    [InlineData("ep.tensorrtexecutionprovider.trt_dump_subgraphs", "1", SessionWrites.ProviderCache)]
    [InlineData("ep.coremlexecutionprovider.ModelCacheDirectory", "{0}", SessionWrites.ProviderCache)]
    public void Each_is_refused_unless_the_host_names_it(string entry, string value, SessionWrites kind)
    {
        using var sample = new ProtectedSample();
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        options.AddSessionConfigEntry("ep.context_file_path", sample.Folder["written.onnx"]);
        options.AddSessionConfigEntry(entry,
            string.Format(System.Globalization.CultureInfo.InvariantCulture, value, sample.Folder["written.onnx"]));
        var all = Enum.GetValues<SessionWrites>().Aggregate((one, other) => one | other);

        foreach (var allowed in new[] { SessionWrites.None, all & ~kind })
        {
            var e = Assert.Throws<UnsafeOptionsException>(() => ProtectedModel.Open(
                sample.Obfuscated, sample.Secrets, new() { Session = options, Allowed = allowed }));
            Assert.Contains($"SessionWrites.{kind}", e.Remedy, StringComparison.Ordinal);
            Assert.False(File.Exists(sample.Folder["written.onnx"]));
        }

        ProtectedModel.Open(sample.Obfuscated, sample.Secrets, new() { Session = options, Allowed = kind }).Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_optimised_model_is_written_for_hosts_alone_that_allow_it(bool byEntry)
    {
        using var sample = new ProtectedSample();
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        var path = sample.Folder["written.onnx"];
        if (byEntry) options.AddSessionConfigEntry("session.optimized_model_filepath", path);
        else options.OptimizedModelFilePath = path;

        // What is set by an entry ONNX Runtime does not tell: it is taken back instead of refused.
        ProtectedSession Open(SessionWrites allowed) => ProtectedModel.Open(
            sample.Obfuscated, sample.Secrets, new() { Session = options, Allowed = allowed });
        if (byEntry) Open(SessionWrites.None).Dispose();
        else
        {
            Assert.Throws<UnsafeOptionsException>(() => Open(SessionWrites.None));

            // Before a key is used, too.
            Assert.Throws<UnsafeOptionsException>(() => ProtectedModel.Open(
                sample.Obfuscated, "none", TestKeys.Signer, TestKeys.Alice, new() { Session = options }));
        }

        Assert.False(File.Exists(path));

        Open(SessionWrites.OptimizedModel).Dispose();
        Assert.True(File.Exists(path));
    }

    [Theory]
    [InlineData("ep.context_enable", "0")]
    [InlineData("ep.cudaexecutionprovider.use_tf32", "1")]
    [InlineData("session.disable_prepacking", "1")]
    public void Others_are_not(string entry, string value)
    {
        using var sample = new ProtectedSample();
        using var options = new SessionOptions();
        options.AddSessionConfigEntry("ep.context_file_path", sample.Folder["written.onnx"]);
        options.AddSessionConfigEntry(entry, value);
        ProtectedModel.Open(sample.Obfuscated, sample.Secrets, new() { Session = options }).Dispose();
    }

    [Fact]
    public void The_hosts_options_stay_what_they_are_and_what_it_set_is_not_set_again()
    {
        using var model = new HostedModel();
        const string borrow = "session.use_external_initializer_file_buffers_directly";
        using var options = new SessionOptions();
        model.Open(new() { Session = options }).Dispose();
        Assert.Empty(OrtFunctions.Entries(options));

        options.AddSessionConfigEntry(borrow, "0");
        using var own = OwnOptions.Copy(options);
        OwnOptions.TakeFiles(own, [("weights.bin", 1, 1)]);
        Assert.Equal("0", OrtFunctions.Entries(own)[borrow]);
        model.Open(new() { Session = options }).Dispose();
    }
}
