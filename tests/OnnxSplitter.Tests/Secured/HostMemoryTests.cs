using System.Diagnostics;
using System.Globalization;
using OnnxSplitter.Tests.Cli;

namespace OnnxSplitter.Tests.Secured;

/// <summary>Whether a host's memory ever holds what a weight was.</summary>
public sealed class HostMemoryTests
{
    private const int Around = 16;

    [Theory]
    [InlineData("whole", 1)]
    [InlineData("tail", 4)]
    [InlineData("corrections", 4)]
    public void No_original_weight_is_in_a_hosts_memory_during_runs_or_after(string mode, int harm)
    {
        using var process = new TrustedProcess(new ShippedSample(harm), "--mode", mode);
        var (original, obfuscated) =
            (File.ReadAllBytes(process.Sample.Original), File.ReadAllBytes(process.Sample.Obfuscated));
        List<byte[]> values =
            [.. process.Sample.Plain.Changes.Select(change => BitConverter.GetBytes((uint)change.Original))];
        var (patterns, shipped) = (Changed(original, obfuscated), Changed(obfuscated, original));
        var start = new ProcessStartInfo("dotnet",
        [
            "exec", Path.Combine(AppContext.BaseDirectory, "OnnxSplitter.Benchmarks.dll"), "secured-run",
            process.Sample.Obfuscated, process.Endpoint.Path,
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

            // The same look finds them where they are: in the trusted process, whose memory root alone can open. ONNX
            // Runtime keeps them there in another order, so they are looked for one by one, and a few may be found
            // anywhere by chance. One that gives corrections keeps differences; there it finds what the host does have.
            if (mode == "corrections") Assert.True(Found(host.Id, shipped) > 0);
            else Assert.InRange(Found(process.Id, values), values.Count * 3 / 4, values.Count);
            Assert.InRange(Found(host.Id, values), 0, values.Count / 2);
        }
        finally
        {
            host.StandardInput.Close();
            host.StandardOutput.ReadToEnd();
            host.WaitForExit();
        }

        Assert.Equal(0, host.ExitCode);
    }

    /// <summary>Of each changed weight, what one file has around it and the other does not.</summary>
    private static List<byte[]> Changed(byte[] file, byte[] other)
    {
        var patterns = new List<byte[]>();
        for (var i = Around; i + Around < file.Length; i++)
            if (file[i] != other[i]) patterns.Add(file[(i - Around)..(i + Around)]);
        Assert.NotEmpty(patterns);
        return patterns;
    }

    /// <summary>How many of the patterns a process has in its memory.</summary>
    private static int Found(int process, List<byte[]> patterns)
    {
        var found = new HashSet<byte[]>();
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

                found.UnionWith(patterns.Where(pattern => piece.AsSpan(0, read).IndexOf(pattern) >= 0));
                if (read < piece.Length) break;
            }
        }

        return found.Count;

        static long Hex(string text) => long.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
