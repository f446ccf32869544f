using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Benchmarks.Hosts;
using OnnxSplitter.Native;
using OnnxSplitter.Runtime.Ort;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Tests.Runtime;
using OnnxSplitter.Tests.Secrets;

namespace OnnxSplitter.Tests.Native;

/// <summary>What the native library hands out.</summary>
public sealed class NativeRestoreTests : IDisposable
{
    private readonly NativeSample _sample = new();
    private readonly NativeHost _native = new(NativeBuild.Library);

    [Fact]
    public void Parts_are_the_original_bit_for_bit_whether_files_or_bytes_are_given()
    {
        var expected = _sample.Restore(_sample.Folder["back"]);
        var bytes = new NativeArguments(
            File.ReadAllBytes(_sample.Model), File.ReadAllBytes(_sample.Secrets), File.ReadAllBytes(_sample.Device),
            File.ReadAllBytes(_sample.Vendor))
        { DataFolder = _sample.Folder.Root };
        foreach (var arguments in new[] { _sample.Paths, bytes, _sample.Paths with { Digests = 1 } })
        {
            var model = Open(arguments);
            var parts = _native.Parts(model);
            Assert.Equal(NativeSample.Names, parts.Select(part => part.Name));
            Assert.Equal(expected, parts.Select(part => NativeHost.Bytes(part.Address, part.Length)));
            Assert.Equal(ErrorCode.Ok, _native.Close(model));
        }
    }

    [Fact]
    public void Sessions_of_the_parts_answer_as_the_original_wherever_weights_lie()
    {
        using var hosted = new HostedModel();
        using var restored = new InferenceSession(hosted.Restore());
        KeyFiles.WritePem(TestKeys.Alice, hosted.Folder["key.pem"], hosted.Folder["key.crt"], overwrite: false);
        var model = Open(new NativeArguments(
            hosted.Path, hosted.Secrets, hosted.Folder["key.pem"], hosted.Folder["key.crt"]));
        var parts = _native.Parts(model);
        using (var options = new SessionOptions())
        {
            OwnOptions.TakeFiles(options, [.. parts.Skip(1)]);
            using var session = new InferenceSession(NativeHost.Bytes(parts[0].Address, parts[0].Length), options);
            Assert.Equal(ProtectedModelTests.Bits(restored), ProtectedModelTests.Bits(session));
        }

        _native.Close(model);
    }

    [Fact]
    public void Several_threads_open_and_close()
    {
        var expected = _sample.Restore(_sample.Folder["back"]).Select(SHA256.HashData).ToArray();
        Parallel.For(0, 32, new ParallelOptions { MaxDegreeOfParallelism = 8 }, number =>
        {
            if (number % 4 == 0)
            {
                var (code, none) = _native.Open(_sample.Paths with { Secrets = _sample.Folder[$"{number}.p7m"] });
                Assert.Equal((ErrorCode.Secrets, 0UL), (code, none));
                Assert.Contains($"{number}.p7m", _native.ErrorText, StringComparison.Ordinal);
                return;
            }

            var model = Open(_sample.Paths);
            Assert.Equal(expected, _native.Parts(model)
                .Select(part => SHA256.HashData(NativeHost.Bytes(part.Address, part.Length))));
            Assert.Equal(ErrorCode.Ok, _native.Close(model));
        });
    }

    [Fact]
    public void Closing_unmaps_and_the_files_stay_what_they_are()
    {
        var before = NativeSample.Names.Skip(1).Select(name => File.ReadAllBytes(_sample.Folder[name])).ToArray();
        var model = Open(_sample.Paths);
        Assert.NotEmpty(Mapped());
        _native.Close(model);
        Assert.Empty(Mapped());
        _native.Open(_sample.Paths with { Trust = _sample.Folder["other.crt"] });
        Assert.Empty(Mapped());
        Assert.Equal(before, NativeSample.Names.Skip(1).Select(name => File.ReadAllBytes(_sample.Folder[name])));
    }

    [Fact]
    public void Of_models_that_are_open_one_is_closed_by_one_of_many_threads()
    {
        var (first, second) = (Open(_sample.Paths), Open(_sample.Paths));
        var closed = 0;
        Parallel.For(0, 16, _ =>
        {
            if (_native.Close(first) == ErrorCode.Ok) Interlocked.Increment(ref closed);
        });
        Assert.Equal(1, closed);
        Assert.Equal(-1, _native.PartCount(first));
        Assert.Equal(NativeSample.Names.Count, _native.PartCount(second));
        _native.Close(second);
    }

    [Fact]
    public void The_version_is_that_of_the_packages() =>
        Assert.Equal(typeof(ErrorCode).Assembly.GetName().Version!.ToString(fieldCount: 3), _native.Version);

    public void Dispose() => _sample.Dispose();

    private ulong Open(NativeArguments arguments)
    {
        var (code, model) = _native.Open(arguments);
        Assert.True(code == ErrorCode.Ok, _native.ErrorText);
        Assert.NotEqual(0UL, model);
        return model;
    }

    private string[] Mapped() =>
    [
        .. File.ReadLines("/proc/self/maps")
            .Where(line => line.Contains(_sample.Folder.Root, StringComparison.Ordinal)),
    ];
}
