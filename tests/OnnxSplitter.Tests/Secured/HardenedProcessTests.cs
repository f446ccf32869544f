using System.Runtime.Versioning;
using OnnxSplitter.Runtime.Secured;

namespace OnnxSplitter.Tests.Secured;

/// <summary>What a trusted process lets others do, and can still do itself.</summary>
[SupportedOSPlatform("linux")]
public sealed class HardenedProcessTests : IDisposable
{
    private readonly TrustedProcess _process = new("--clients", "2");

    public void Dispose() => _process.Dispose();

    [Fact]
    public void It_dumps_no_core_gains_no_privileges_filters_calls_and_locks_memory()
    {
        var status = File.ReadAllLines($"/proc/{_process.Id}/status")
            .Select(line => line.Split(':', 2)).ToDictionary(pair => pair[0], pair => pair[1].Trim());
        Assert.Equal("2", status["Seccomp"]);
        Assert.Equal("1", status["NoNewPrivs"]);
        Assert.NotEqual("0 kB", status["VmLck"]);
        Assert.Contains(File.ReadAllLines($"/proc/{_process.Id}/limits"),
            line => line.StartsWith("Max core file size", StringComparison.Ordinal)
                && line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [.., "0", "0", "bytes"]);

        // No door of .NET's own, through which any process of the same user gets a dump.
        Assert.Empty(Directory.GetFiles(Path.GetTempPath(), $"dotnet-diagnostic-{_process.Id}-*"));
        Assert.DoesNotContain(File.ReadAllLines("/proc/net/unix"),
            line => line.Contains($"dotnet-diagnostic-{_process.Id}-", StringComparison.Ordinal));
    }

    [Fact]
    public void Its_socket_is_its_users_own_and_others_are_turned_away()
    {
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_process.Endpoint.Path));
        File.SetUnixFileMode(_process.Endpoint.Path, (UnixFileMode)0x1B6);
        File.SetUnixFileMode(_process.Sample.Folder.Root, (UnixFileMode)0x1FF);
        var answer = Peer.Run("setpriv", "--reuid", "65534", "--clear-groups", "/usr/bin/python3", "-c",
            "import socket, sys; s = socket.socket(socket.AF_UNIX); s.settimeout(20); s.connect(sys.argv[1]); "
            + "print(len(s.recv(1)))", _process.Endpoint.Path);
        Assert.Equal("0", answer.Trim());
        using var model = _process.Connect();
        Assert.NotEmpty(TrustedProcess.Run(model, TrustedProcess.Noise(1, 1), 1));
        Assert.True(_process.HasSaid("refused: user 65534"));
    }

    [Fact]
    public void More_connections_than_it_takes_are_told_so_and_let_in_later()
    {
        using var model = _process.Connect();
        using (var second = _process.Connect())
            for (var i = 0; i < 100; i++)
                Assert.Contains("busy", Assert.Throws<SecuredException>(
                    () => _process.Connect()).Message, StringComparison.Ordinal);
        for (var i = 0; ; i++)
        {
            try
            {
                using var third = _process.Connect();
                break;
            }
            catch (SecuredException) when (i < 100)
            {
                Thread.Sleep(50);
            }
        }
    }

    [Fact]
    public void A_socket_that_is_left_is_taken_over_and_one_in_use_or_another_file_is_not()
    {
        _process.Kill();
        Assert.True(File.Exists(_process.Endpoint.Path));
        _process.Restart();
        var (code, error) = StartAt(_process.Endpoint.Path);
        Assert.Equal(2, code);
        Assert.Contains("No socket can be made", error, StringComparison.Ordinal);
        var file = _process.Sample.Folder["file"];
        File.WriteAllText(file, "mine");
        Assert.Equal(2, StartAt(file).Code);
        Assert.Equal("mine", File.ReadAllText(file));
    }

    private (int Code, string Error) StartAt(string socket) =>
        TrustedProcess.Ended([.. _process.Sample.CheckArguments(), "--socket", socket]);
}
