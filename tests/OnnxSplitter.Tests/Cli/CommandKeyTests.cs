using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using OnnxSplitter.Secrets;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Tests.Secrets;

namespace OnnxSplitter.Tests.Cli;

/// <summary>Keys that a command prints: <c>exec:COMMAND</c>.</summary>
public sealed partial class CommandKeyTests : IDisposable
{
    // Longer than any machine takes to start a shell, shorter than the commands that are to be ended.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly ShippedSample _sample = new();

    public CommandKeyTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "The commands are those of a Unix shell.");

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void A_key_that_a_command_prints_opens_and_signs()
    {
        var device = $"exec:cat '{_sample.Folder["device.pem"]}'";
        Transcript.Of(Restore(device)).Done();
        Assert.Equal(File.ReadAllBytes(_sample.Original), File.ReadAllBytes(_sample.Restored));

        var check = _sample.CheckArguments();
        check[Array.IndexOf(check, "-i") + 1] = device;
        Transcript.OfChecker(check).Done();

        Transcript.Of(
            "protect", _sample.Original, "-r", _sample.Folder["device.crt"], "--strategy", "keyed", "--no-evaluation",
            "--signer", $"exec:cat '{_sample.Folder["vendor.pem"]}'", "-o", _sample.Folder["new.onnx"],
            "-s", _sample.Folder["new.p7m"]).Done();
        Transcript.Of(
            "inspect", _sample.Folder["new.p7m"], "-i", device, "--trust", _sample.Folder["vendor.crt"]).Done();
    }

    [Fact]
    public void A_key_that_a_command_prints_may_be_a_PFX_with_a_passphrase()
    {
        File.WriteAllBytes(_sample.Folder["device.pfx"], TestKeys.Alice.Export(X509ContentType.Pfx, "open sesame"));
        var arguments = Restore($"exec:cat '{_sample.Folder["device.pfx"]}'");
        Transcript.Of(arguments).Refused(2, "passphrase");
        File.WriteAllText(_sample.Folder["passphrase"], "open sesame\n");
        Transcript.Of([.. arguments, "--passphrase-file", _sample.Folder["passphrase"]]).Done();
    }

    [Theory]
    [InlineData("cat KEY; exit 3", "ended with 3")]
    [InlineData("cat KEY; kill -9 $$", "ended with 137")]
    [InlineData("cat KEY; /nowhere/release", "ended with 127")]
    [InlineData("cat KEY KEY", "it holds 2 private keys")]
    [InlineData("cat KEY; head -c 1100000 /dev/zero", "prints more than 1048576 bytes")]
    [InlineData("cat KEY; yes", "prints more than 1048576 bytes")]
    [InlineData("", "names no command")]
    [InlineData("true", "printed nothing")]
    [InlineData("head -c 1048576 /dev/zero", "it has no certificate with its private key")]
    [InlineData("grep -v PRIVATE KEY", "it has no certificate with its private key")]
    [InlineData("head -c 2000 KEY | tail -c 1000", "it has no certificate with its private key")]
    public void A_command_that_fails_or_prints_no_key_is_refused_and_shows_nothing_of_it(
        string command, string message)
    {
        var key = _sample.Folder["device.pem"];
        var arguments = Restore("exec:" + command.Replace("KEY", $"'{key}'", StringComparison.Ordinal));
        _sample.AssertNothingNew(() =>
        {
            var result = Transcript.Of(arguments);
            result.Refused(2, message);
            Assert.DoesNotMatch(KeyText(), result.Error + result.Output);
        });
    }

    [Fact]
    public void A_command_reads_nothing_of_the_secrets_on_standard_input()
    {
        var arguments = Restore($"exec:cat; cat '{_sample.Folder["device.pem"]}'");
        arguments[Array.IndexOf(arguments, "-s") + 1] = "-";
        Peer.Run("/bin/sh",
        [
            "-c", "file=$1; shift; cat \"$file\" | \"$@\"", "sh", _sample.Secrets,
            "dotnet", "exec", Path.Combine(AppContext.BaseDirectory, "OnnxSplitter.Cli.dll"), .. arguments,
        ]);
        Assert.True(File.Exists(_sample.Restored));
    }

    [Theory]
    [InlineData("sleep 600 & echo $! > PID; wait")]
    [InlineData("cat KEY; exec >&-; sleep 600 & echo $! > PID; wait")]
    public void A_command_that_takes_too_long_is_ended_with_what_it_started(string command)
    {
        Assert.Contains("took longer than 10 seconds", Failure(command), StringComparison.Ordinal);
        using var left = Left();
        Assert.True(left is null || left.WaitForExit(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public void A_process_that_a_command_leaves_with_its_output_open_is_not_waited_for()
    {
        try
        {
            Assert.Contains("keeps its output open", Failure("sleep 600 & echo $! > PID; cat KEY"),
                StringComparison.Ordinal);
        }
        finally
        {
            using var left = Left();
            left?.Kill();
        }
    }

    [Fact]
    public void A_process_that_a_command_leaves_without_its_output_goes_on()
    {
        using var identity = CommandKeys.Load(Command("sleep 600 > PID.log 2>&1 & echo $! > PID; cat KEY"), null);
        using var left = Left();
        Assert.NotNull(left);
        left.Kill();
    }

    private string Failure(string command) =>
        Assert.Throws<CertificateException>(() => CommandKeys.Load(Command(command), null, Limit)).Message;

    private string Command(string command) => "exec:" + command
        .Replace("KEY", $"'{_sample.Folder["device.pem"]}'", StringComparison.Ordinal)
        .Replace("PID", $"'{_sample.Folder["pid"]}'", StringComparison.Ordinal);

    /// <summary>The process that a command has put into the background, if it is still there.</summary>
    private Process? Left()
    {
        try
        {
            return Process.GetProcessById(
                int.Parse(File.ReadAllText(_sample.Folder["pid"]), CultureInfo.InvariantCulture));
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private string[] Restore(string identity)
    {
        var arguments = _sample.RestoreArguments();
        arguments[Array.IndexOf(arguments, "-i") + 1] = identity;
        return arguments;
    }

    // A line of base64, or a label.
    [GeneratedRegex("[A-Za-z0-9+/]{60}|-----BEGIN", RegexOptions.None, 1000)]
    private static partial Regex KeyText();
}
