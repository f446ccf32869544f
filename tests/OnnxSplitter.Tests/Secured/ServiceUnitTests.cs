namespace OnnxSplitter.Tests.Secured;

/// <summary>The unit of <c>deploy/systemd</c>, as far as systemd judges one that it does not run.</summary>
public sealed class ServiceUnitTests : IDisposable
{
    private const string Unit = "onnxsplit-secure.service";

    // Of 100; what systemd calls "SAFE" is below 20.
    private const string MostExposed = "10";

    private readonly TemporaryFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Systemd_understands_every_line_and_calls_it_safe(bool tpm)
    {
        Peer.Require("systemd-analyze", "--version");
        var units = Directory.CreateDirectory(Path.Combine(_root.Root, "etc", "systemd", "system")).FullName;
        var programs = Directory.CreateDirectory(Path.Combine(_root.Root, "usr", "lib", "onnxsplit")).FullName;
        Peer.Run("install", "-m", "755", "/bin/true", Path.Combine(programs, "onnxsplit-secure"));
        foreach (var target in new[] { "sysinit", "basic", "shutdown", "multi-user" })
            File.WriteAllText(Path.Combine(units, $"{target}.target"), "[Unit]\n");
        Copy(Unit, Path.Combine(units, Unit));
        if (tpm) Copy("tpm2.conf", Path.Combine(Directory.CreateDirectory(
            Path.Combine(units, $"{Unit}.d")).FullName, "tpm2.conf"));

        // It says what it does not understand, and ends with 0.
        Assert.Empty(Analyze("verify", $"/etc/systemd/system/{Unit}"));
        Assert.Contains("SAFE", Analyze("security", "--offline=true", $"--threshold={MostExposed}", Unit),
            StringComparison.Ordinal);
    }

    private string Analyze(string what, params string[] arguments) => Peer.Run("/bin/sh",
    [
        "-c", "systemd-analyze \"$@\" 2>&1", "sh", what, "--no-pager", $"--root={_root.Root}", .. arguments,
    ]);

    private static void Copy(string name, string target) =>
        File.Copy(Path.Combine(Repository.Root, "deploy", "systemd", name), target);
}
