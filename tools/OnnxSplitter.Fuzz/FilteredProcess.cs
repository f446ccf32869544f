using System.ComponentModel;
using System.Diagnostics;
using System.Net.Sockets;
using OnnxSplitter.SecureWorld.Hardening;

namespace OnnxSplitter.Fuzz;

/// <summary>
/// Puts this process behind a trusted process's filter of system calls, and tries what somebody would who has taken it
/// over.
/// </summary>
internal static class FilteredProcess
{
    /// <summary>The word that has a process try by itself.</summary>
    public const string Inside = "filtered";

    /// <summary>Tries in a process of its own: none gets rid of a filter again, nor of its files behind one.</summary>
    /// <param name="scratch">Where files can be made.</param>
    /// <param name="output">Told what came of each attempt.</param>
    public static int Start(string scratch, TextWriter output)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(FilteredProcess).Assembly.Location, Inside, scratch])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        output.Write(process.StandardOutput.ReadToEnd());
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>Tries.</summary>
    /// <param name="scratch">Where files can be made before.</param>
    /// <param name="output">Told what came of each attempt.</param>
    /// <returns>0 if nothing succeeded that must not, and everything that must.</returns>
    public static int Run(string scratch, TextWriter output)
    {
        var known = Path.Combine(scratch, "known");
        File.WriteAllText(known, "known");
        ProcessHardening.Apply(unlocked: true);

        // What is tried is loaded and compiled first: else a refusal may be that of reading a library.
        foreach (var (_, _, attempt) in Attempts(scratch, known)) _ = Succeeds(attempt);
        SystemCallFilter.Apply();
        var right = true;
        foreach (var (what, may, attempt) in Attempts(scratch, known))
        {
            var does = Succeeds(attempt);
            right &= does == may;
            output.WriteLine($"{what}: {(does ? "done" : "refused")}{(does == may ? "" : ", which is wrong")}");
        }

        return right ? 0 : 1;
    }

    private static (string What, bool May, Action Attempt)[] Attempts(string scratch, string known) =>
    [
        ("read a file", true, () => File.ReadAllText(known)),
        ("start a thread", true, () =>
        {
            var thread = new Thread(() => { });
            thread.Start();
            thread.Join();
        }),
        ("start a program", false, () => Process.Start("/bin/true")!.WaitForExit()),
        ("make a file", false, () => File.WriteAllText(Path.Combine(scratch, Path.GetRandomFileName()), "new")),
        ("write to a file", false, () => File.AppendAllText(known, "more")),
        ("remove a file", false, () =>
        {
            var made = Path.Combine(scratch, "made");
            if (!File.Exists(made)) File.WriteAllText(made, "");
            File.Delete(made);
            if (File.Exists(made)) throw new IOException("It is still there.");
        }),
        ("make a socket", false, () =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect("127.0.0.1", 9);
        }),
    ];

    private static bool Succeeds(Action attempt)
    {
        try
        {
            attempt();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException or Win32Exception
            or InvalidOperationException)
        {
            return false;
        }
    }
}
