using System.Text.RegularExpressions;
using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Tests.Secrets.Vectors;

namespace OnnxSplitter.Tests.Cli;

/// <summary>
/// What the programs write, as the system sees it: <c>strace</c> lists every file that is opened or renamed.
/// </summary>
public sealed partial class DiskTests : IDisposable
{
    private readonly ShippedSample _sample = new();

    [Fact]
    public void Protecting_writes_its_two_outputs_and_for_the_time_a_record_of_their_names()
    {
        var written = Written("OnnxSplitter.Cli.dll", [
            "protect", Repository.Model("vit-fmnist.onnx"), "-r", _sample.Folder["device.crt"], "--signer",
            _sample.Folder["vendor.pem"], "-o", _sample.Folder["new.onnx"], "-s", _sample.Folder["new.p7m"],
            "--strategy", "random", "--max-weights", "3", "--accept-best", "--target-accuracy", "1",
        ]);

        // The record of names, for the case of a kill, is gone when both have theirs.
        Assert.Equal(
            [
                CommitRecord.Name, $"{CommitRecord.Name}.tmp", "new.onnx", "new.onnx.tmp", "new.onnx.tmp/new.onnx",
                "new.p7m", "new.p7m.tmp",
            ],
            written.Select(path => Unique().Replace(Path.GetRelativePath(_sample.Folder.Root, path), ".tmp")).Order());
        Assert.True(File.Exists(_sample.Folder["new.p7m"]));
        Assert.False(File.Exists(_sample.Folder[CommitRecord.Name]));
    }

    [Fact]
    public void Opening_restoring_in_memory_and_running_writes_nothing() =>
        Assert.Empty(Written("onnxsplit-check.dll", [.. _sample.CheckArguments(), "--original", _sample.Original]));

    [Fact]
    public void Refusing_writes_nothing() => Assert.Empty(Written("OnnxSplitter.Cli.dll", [
        "restore", Path.Combine(VectorFile.Folder, "obfuscated.onnx"), "-s", _sample.Secrets, "-i",
        _sample.Folder["device.pem"],
        "--trust", _sample.Folder["stranger.crt"], "-o", _sample.Restored,
    ]));

    public void Dispose() => _sample.Dispose();

    private static string[] Written(string program, string[] arguments) => WrittenFiles.Of(
        program, "DOTNET_EnableDiagnostics=0", "dotnet",
        [Path.Combine(AppContext.BaseDirectory, program), .. arguments]);

    [GeneratedRegex(@"\.[0-9a-f]{32}\.tmp", RegexOptions.None, 1000)]
    private static partial Regex Unique();
}
