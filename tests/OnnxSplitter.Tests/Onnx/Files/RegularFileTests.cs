using OnnxSplitter.Onnx.Files;

namespace OnnxSplitter.Tests.Onnx.Files;

/// <summary>What is opened is looked at, not what had its name before: no look at names comes first here.</summary>
public sealed class RegularFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Opening_a_pipe_does_not_wait_and_gives_no_file()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Windows has no pipes among its files.");
        Peer.Run("mkfifo", _folder["pipe"]);

        Assert.Contains("pipe", Assert.Throws<NotRegularException>(Open("pipe")).Message, StringComparison.Ordinal);
        File.CreateSymbolicLink(_folder["link"], _folder["pipe"]);
        Assert.Throws<NotRegularException>(Open("link"));
    }

    [Fact]
    public void A_device_and_a_folder_are_no_files()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Other systems can't be asked.");
        File.CreateSymbolicLink(_folder["null"], "/dev/null");
        Directory.CreateDirectory(_folder["some"]);

        Assert.Throws<NotRegularException>(Open("null"));
        Assert.EndsWith("is a folder.", Assert.Throws<NotRegularException>(Open("some")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_missing_may_not_be_read_or_is_no_path_is_told_apart()
    {
        File.WriteAllText(_folder["file"], "");
        Assert.Throws<FileNotFoundException>(Open("missing"));
        Assert.ThrowsAny<IOException>(Open("file/below"));
        Assert.Throws<ArgumentException>(Open("file\0"));
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess) return;
        File.SetUnixFileMode(_folder["file"], UnixFileMode.UserWrite);
        Assert.Throws<UnauthorizedAccessException>(Open("file"));
    }

    [Fact]
    public void Readers_share_a_file_and_one_that_wants_it_alone_does_not()
    {
        File.WriteAllBytes(_folder["file"], [1, 2, 3]);
        using var first = RegularFile.Open(_folder["file"], FileShare.Read);
        using var second = new FileStream(RegularFile.Open(_folder["file"], FileShare.Read), FileAccess.Read);

        Assert.Equal([1, 2, 3], new BinaryReader(second).ReadBytes(4));
        Assert.Throws<IOException>(Open("file"));
        Assert.Throws<IOException>(
            () => new FileStream(_folder["file"], FileMode.Open, FileAccess.Read, FileShare.None));
    }

    public void Dispose() => _folder.Dispose();

    private Action Open(string name) => () => RegularFile.Open(_folder[name], HeldRecord.Alone).Dispose();
}
