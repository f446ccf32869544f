using System.Diagnostics;
using OnnxSplitter.Tests.Pkcs11;

namespace OnnxSplitter.Tests.Cli;

/// <summary><c>onnxsplit-check</c> compiled ahead of time is the same program, and starts at once.</summary>
public sealed class PublishedCheckerTests(SoftToken token) : IClassFixture<SoftToken>, IDisposable
{
    private const int MostMilliseconds = 60;
    private const int Starts = 20;

    private static readonly string Tool = Path.Combine(AppContext.BaseDirectory, "onnxsplit-check.dll");

    private readonly ShippedSample _sample = new();

    private static string Program => Published.Of("OnnxSplitter.Checker", "onnxsplit-check");

    [Fact]
    public void It_says_what_the_tool_says()
    {
        string[] arguments = [.. _sample.CheckArguments(), "--original", _sample.Original, "--stealth", "--json"];
        var said = Said(Program, arguments);
        Assert.Contains("\"outcome\": \"passed\"", said, StringComparison.Ordinal);
        Assert.Equal(Said("dotnet", [Tool, .. arguments]), said);
    }

    [Fact]
    public void It_opens_secrets_with_a_key_on_a_token()
    {
        token.Require();
        Peer.Run("env", $"{SoftToken.Variable}={token.Configuration}", Program, _sample.Obfuscated,
            "-s", _sample.Secrets, "--trust", _sample.Folder["vendor.crt"], "-i", token.Uri("rsa"), "--no-session");
    }

    // The fastest of several, since others use the machine too.
    [Fact]
    public void It_starts_within_60_milliseconds()
    {
        var program = Program;
        var fastest = Enumerable.Range(0, Starts).Min(_ =>
        {
            var watch = Stopwatch.StartNew();
            Peer.Run(program, "--version");
            return watch.ElapsedMilliseconds;
        });
        Assert.InRange(fastest, 0, MostMilliseconds);
    }

    public void Dispose() => _sample.Dispose();

    private static string Said(string program, params string[] arguments) =>
        Peer.Run("sh", ["-c", "\"$@\" 2>&1 || true", "sh", program, .. arguments]);
}
