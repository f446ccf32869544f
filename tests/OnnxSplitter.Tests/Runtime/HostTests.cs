using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Tests.Secrets;

namespace OnnxSplitter.Tests.Runtime;

/// <summary>What a host gets whose model's weights lie in data files.</summary>
public sealed class HostTests : IDisposable
{
    private readonly HostedModel _model = new();

    [Fact]
    public void Restored_weights_are_used_wherever_a_model_keeps_them()
    {
        using (var file = ModelFile.Open(_model.Path))
            Assert.Equal(["choice/else_branch/else-c", "choice/else_branch/else-w", "choice/then_branch/then-c",
                "choice/then_branch/then-w", "constant", "inside", "main", "odd",
                "own::F/w"],
                file.Weights.Select(weight => weight.Path).Order(StringComparer.Ordinal));
        using var restored = new InferenceSession(_model.Restore());
        using var obfuscated = new InferenceSession(_model.Path);
        foreach (var level in Enum.GetValues<GraphOptimizationLevel>())
            foreach (var packing in new[] { "0", "1" })
            {
                using var options = new SessionOptions { GraphOptimizationLevel = level };
                options.AddSessionConfigEntry("session.disable_prepacking", packing);
                using var plain = new InferenceSession(_model.Folder["restored/model.onnx"], options);
                using var session = _model.Open(new() { Session = options });
                Assert.Equal(ProtectedModelTests.Bits(plain), ProtectedModelTests.Bits(session));
            }

        Assert.NotEqual(ProtectedModelTests.Bits(restored), ProtectedModelTests.Bits(obfuscated));
    }

    [Fact]
    public void A_model_comes_by_path_as_bytes_or_as_a_stream()
    {
        using var expected = new InferenceSession(_model.Restore());
        var (model, secrets) = (File.ReadAllBytes(_model.Path), File.ReadAllBytes(_model.Secrets));
        var options = new ProtectedModelOptions { DataFolder = _model.Folder.Root };
        using var device = Identity.Of(TestKeys.Alice);
        using (var session = ProtectedModel.Open(model, secrets, TestKeys.Alice, [device], options))
            Assert.Equal(ProtectedModelTests.Bits(expected), ProtectedModelTests.Bits(session));
        using (var session = ProtectedModel.Open(
            new MemoryStream(model), new MemoryStream(secrets), TestKeys.Alice, TestKeys.Alice, options))
            Assert.Equal(ProtectedModelTests.Bits(expected), ProtectedModelTests.Bits(session));
    }

    [Fact]
    public void Bytes_or_a_stream_of_another_model_are_refused()
    {
        var model = File.ReadAllBytes(_model.Path);
        byte[][] others = [[.. model, 0], model[..^1], [.. Enumerable.Repeat((byte)0xFF, model.Length)]];
        var options = new ProtectedModelOptions { DataFolder = _model.Folder.Root };
        using var secrets = SecretsEnvelope.Open(File.ReadAllBytes(_model.Secrets), TestKeys.Alice, TestKeys.Alice);
        foreach (var other in others)
        {
            Assert.Throws<ModelMismatchException>(() => ProtectedModel.Open(other, secrets, options));
            Assert.Throws<ModelMismatchException>(
                () => ProtectedModel.Open(new MemoryStream(other), secrets, options));
        }

        Assert.Contains("DataFolder", Assert.Throws<ModelFormatException>(
            () => ProtectedModel.Open(model, secrets)).Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_data_files_beside_a_path_is_refused_and_not_ignored()
    {
        using var secrets = SecretsEnvelope.Open(File.ReadAllBytes(_model.Secrets), TestKeys.Alice, TestKeys.Alice);

        Assert.Contains("DataFolder", Assert.Throws<ModelFormatException>(() => ProtectedModel.Open(
            _model.Path, secrets, new ProtectedModelOptions { DataFolder = _model.Folder.Root })).Remedy,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Only_touched_pages_are_copies_and_the_files_stay_what_they_are()
    {
        string[] names = [HostedModel.Data, "more/other.bin"];
        byte[][] before = [.. names.Select(name => File.ReadAllBytes(_model.Folder[name]))];
        using (var session = _model.Open())
        {
            Assert.NotEmpty(ProtectedModelTests.Bits(session));

            // All weights of the first file are touched; of the second, some lie in what is no weight that is known.
            Assert.InRange(session.RestoredBytes, before[0].Length, before.Sum(bytes => bytes.Length));
        }

        Assert.Equal(before, names.Select(name => File.ReadAllBytes(_model.Folder[name])));
    }

    [Theory]
    [InlineData(DataDigests.Alongside)]
    [InlineData(DataDigests.Before)]
    public void Another_byte_in_a_data_file_gives_no_session(DataDigests digests)
    {
        // Of the first file a weight that is not touched, of the second what no tensor has.
        foreach (var (name, place) in new[] { (HostedModel.Data, _model.Untouched), ("more/other.bin", 0) })
        {
            var bytes = File.ReadAllBytes(_model.Folder[name]);
            var other = (byte[])bytes.Clone();
            other[place] ^= 1;
            File.WriteAllBytes(_model.Folder[name], other);
            Assert.Throws<ModelMismatchException>(() => _model.Open(new() { Digests = digests }));
            File.WriteAllBytes(_model.Folder[name], bytes);
        }

        _model.Open(new() { Digests = digests }).Dispose();
    }

    [Fact]
    public void Data_files_that_nobody_checks_are_what_the_disk_has_but_the_model_is_not()
    {
        var bytes = File.ReadAllBytes(_model.Folder["more/other.bin"]);
        bytes[0] ^= 1;
        File.WriteAllBytes(_model.Folder["more/other.bin"], bytes);
        _model.Open(new() { Digests = DataDigests.Never }).Dispose();

        var model = File.ReadAllBytes(_model.Path);
        model[^1] ^= 1;
        File.WriteAllBytes(_model.Path, model);
        Assert.Throws<ModelMismatchException>(() => _model.Open(new() { Digests = DataDigests.Never }));
    }

    [Fact]
    public void A_data_file_that_is_missing_or_short_is_named()
    {
        var data = _model.Folder[HostedModel.Data];
        using (var file = new FileStream(data, FileMode.Open)) file.SetLength(file.Length - 1);
        Assert.Contains($"{HostedModel.Data}', which has",
            Assert.Throws<ModelFormatException>(() => _model.Open()).Message, StringComparison.Ordinal);
        File.Delete(data);
        Assert.Contains("does not exist",
            Assert.Throws<ModelFormatException>(() => _model.Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_data_file_that_is_cut_between_opening_and_mapping_or_checking_is_named()
    {
        using var secrets = SecretsEnvelope.Open(File.ReadAllBytes(_model.Secrets), TestKeys.Alice, TestKeys.Alice);
        using var restorer = new Restorer(_model.Path, secrets);
        using var memory = new RestoredMemory(_model.Path, digest: true);
        restorer.Run(memory);
        using (var file = new FileStream(_model.Folder[HostedModel.Data], FileMode.Open, FileAccess.Write,
            FileShare.ReadWrite)) file.SetLength(1);
        Assert.Contains("was written to", Assert.Throws<ModelFormatException>(
            () => memory.CheckParts().GetAwaiter().GetResult()).Message, StringComparison.Ordinal);
        using var again = new RestoredMemory(_model.Path, digest: true);
        Assert.Contains("was written to",
            Assert.Throws<ModelFormatException>(() => restorer.Run(again)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_threads_run_one_session()
    {
        using var session = _model.Open();
        var expected = ProtectedModelTests.Bits(session);
        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 8 },
            _ => Assert.Equal(expected, ProtectedModelTests.Bits(session)));
    }

    [Fact]
    public void Nothing_stays_mapped_after_a_session_or_a_refusal()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Other systems can't be asked.");
        using (_model.Open()) Assert.NotEmpty(Mapped());
        Assert.Empty(Mapped());
        File.AppendAllText(_model.Path, "x");
        Assert.Throws<ModelMismatchException>(() => _model.Open());
        Assert.Empty(Mapped());
    }

    [Fact]
    public void A_session_that_nobody_disposes_gives_its_memory_back()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Other systems can't be asked.");
        Forget();
        for (var i = 0; i < 10 && Mapped().Length > 0; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.Empty(Mapped());

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        void Forget() => Assert.NotEmpty(ProtectedModelTests.Bits(_model.Open()));
    }

    [Fact]
    public void A_host_prints_what_it_prints_and_no_warning()
    {
        KeyFiles.WritePem(TestKeys.Alice, _model.Folder["key.pem"], _model.Folder["key.crt"], overwrite: false);
        var program = typeof(OnnxSplitter.Benchmarks.Hosts.HostRun).Assembly.Location;
        string[] paths = [_model.Folder["key.pem"], _model.Path, _model.Secrets, _model.Path, _model.Secrets];
        var printed = Peer.Run("sh", "-c", "exec dotnet \"$@\" 2>&1", "sh", program, "hosts-run", "restored", "packed",
            paths[0], paths[1], paths[2], paths[3], paths[4]);
        Assert.Matches("^[0-9.]+ -?[0-9]+ [0-9.]+ [0-9A-F]{16}\n$", printed);
    }

    public void Dispose() => _model.Dispose();

    private string[] Mapped() =>
    [
        .. File.ReadLines("/proc/self/maps").Where(line => line.Contains(_model.Folder.Root, StringComparison.Ordinal)),
    ];
}
