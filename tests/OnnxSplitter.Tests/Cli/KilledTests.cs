using OnnxSplitter.Onnx.Files;

namespace OnnxSplitter.Tests.Cli;

/// <summary>
/// A command that is killed between two renames: the next one that reads the files finishes what it began.
/// </summary>
public sealed class KilledTests : IDisposable
{
    private readonly ShippedSample _sample = new();

    // What is replaced is renamed by rename(2): the model first, then the secrets.
    [Theory]
    [InlineData("restore", 1)]
    [InlineData("restore", 2)]
    [InlineData("evaluate", 1)]
    public void The_next_command_finishes_what_a_kill_broke_off(string next, int rename)
    {
        Peer.Require("strace", "-V");
        foreach (var name in new[] { "new.onnx", "new.p7m" }) File.WriteAllText(_sample.Folder[name], "old");
        var killed = Peer.Code("strace", [
            "-f", "-qq", "-o", "/dev/null", "-e", "trace=rename", "-e",
            $"inject=rename:signal=SIGKILL:when={rename}", "dotnet",
            Path.Combine(AppContext.BaseDirectory, "OnnxSplitter.Cli.dll"),
            .. _sample.ProtectArguments(_sample.Original), "--no-evaluation", "--force",
        ]);
        Assert.NotEqual(0, killed);
        Assert.True(File.Exists(_sample.Folder[CommitRecord.Name]));
        Assert.Equal("old", File.ReadAllText(_sample.Folder["new.p7m"]));

        var transcript = next == "restore"
            ? Transcript.Of("restore", _sample.Folder["new.onnx"], "-s", _sample.Folder["new.p7m"], "-i",
                _sample.Folder["device.pem"], "--trust", _sample.Folder["vendor.crt"], "-o", _sample.Restored)
            : Transcript.Of("evaluate", _sample.Folder["new.onnx"], "--data",
                Examples.Evaluation(512));

        transcript.Done();
        Assert.NotEqual("old", File.ReadAllText(_sample.Folder["new.p7m"]));
        if (next == "restore") Assert.Equal(File.ReadAllBytes(_sample.Original), File.ReadAllBytes(_sample.Restored));
        Assert.DoesNotContain(Directory.GetFileSystemEntries(_sample.Folder.Root),
            entry => entry.EndsWith(".tmp", StringComparison.Ordinal) || Path.GetFileName(entry) == CommitRecord.Name);
    }

    [Fact]
    public void The_next_run_removes_what_a_kill_before_the_commit_has_left()
    {
        Peer.Require("strace", "-V");
        Peer.Code("strace", [
            "-f", "-qq", "-o", "/dev/null", "-e", "trace=renameat2", "-e",
            "inject=renameat2:signal=SIGKILL", "dotnet",
            Path.Combine(AppContext.BaseDirectory, "OnnxSplitter.Cli.dll"),
            .. _sample.ProtectArguments(_sample.Original), "--no-evaluation",
        ]);
        string[] left = [.. Directory.GetFileSystemEntries(_sample.Folder.Root, "*.tmp")];
        Assert.Contains(left, path => Path.GetFileName(path).StartsWith("new.onnx.", StringComparison.Ordinal));
        foreach (var path in left) Directory.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddMinutes(-2));
        File.Delete(_sample.Folder[CommitRecord.Name]);

        Transcript.Of([.. _sample.ProtectArguments(_sample.Original), "--no-evaluation"]).Done();

        Assert.Empty(Directory.GetFileSystemEntries(_sample.Folder.Root, "*.tmp"));
    }

    public void Dispose() => _sample.Dispose();
}
