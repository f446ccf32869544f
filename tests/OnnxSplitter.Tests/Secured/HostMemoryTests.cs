using System.Diagnostics;
using System.Globalization;

namespace OnnxSplitter.Tests.Secured;

/// <summary>Whether a host's memory ever holds what a weight was.</summary>
public sealed class HostMemoryTests : IDisposable
{
    private const int Around = 16;

    private readonly TrustedProcess _process = new();

    public void Dispose() => _process.Dispose();

    [Fact]
    public void No_original_weight_is_in_a_hosts_memory_during_runs_or_after()
    {
        var patterns = Originals();
        var start = new ProcessStartInfo("dotnet",
        [
            "exec", Path.Combine(AppContext.BaseDirectory, "OnnxSplitter.Benchmarks.dll"), "secured-run",
            _process.Sample.Obfuscated, _process.Endpoint.Path,
        ])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var host = Process.Start(start)!;
        try
        {
            for (var i = 0; i < 3; i++)
            {
                Assert.Equal("running", host.StandardOutput.ReadLine());
                Assert.Equal(0, Found(host.Id, patterns));
            }

            // The same look finds them where they are: in the trusted process, whose memory root alone can open.
            Assert.True(Found(_process.Id, patterns) > 0);
        }
        finally
        {
            host.StandardInput.Close();
            host.StandardOutput.ReadToEnd();
            host.WaitForExit();
        }

        Assert.Equal(0, host.ExitCode);
    }

    /// <summary>Of each changed weight, what the original file has around it and the obfuscated one does not.</summary>
    private List<byte[]> Originals()
    {
        var (original, obfuscated) =
            (File.ReadAllBytes(_process.Sample.Original), File.ReadAllBytes(_process.Sample.Obfuscated));
        var patterns = new List<byte[]>();
        for (var i = Around; i + Around < original.Length; i++)
            if (original[i] != obfuscated[i]) patterns.Add(original[(i - Around)..(i + Around)]);
        Assert.NotEmpty(patterns);
        return patterns;
    }

    private static int Found(int process, List<byte[]> patterns)
    {
        var count = 0;
        using var memory = File.OpenHandle($"/proc/{process}/mem", share: FileShare.ReadWrite);
        foreach (var line in File.ReadAllLines($"/proc/{process}/maps"))
        {
            var words = line.Split(' ', 3);
            if (!words[1].StartsWith("rw", StringComparison.Ordinal)) continue;
            var range = words[0].Split('-');
            var (begin, end) = (Hex(range[0]), Hex(range[1]));
            var piece = new byte[Math.Min(end - begin, 16 << 20)];
            for (var at = begin; at < end; at += piece.Length - 2 * Around)
            {
                int read;
                try
                {
                    read = RandomAccess.Read(memory, piece.AsSpan(0, (int)Math.Min(piece.Length, end - at)), at);
                }
                catch (IOException)
                {
                    // Set aside, and never used.
                    break;
                }

                count += patterns.Count(pattern => piece.AsSpan(0, read).IndexOf(pattern) >= 0);
                if (read < piece.Length) break;
            }
        }

        return count;

        static long Hex(string text) => long.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
