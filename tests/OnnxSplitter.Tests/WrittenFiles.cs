using System.Text.RegularExpressions;

namespace OnnxSplitter.Tests;

/// <summary>What a process writes, as <c>strace</c> sees it.</summary>
internal static partial class WrittenFiles
{
    /// <summary>Paths that a process opened to write or gave a name to, apart from the .NET runtime's own.</summary>
    /// <param name="marker">A file that it opens, so that it is known to have been watched.</param>
    /// <param name="variable">A variable of its environment, with its value.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    public static string[] Of(string marker, string variable, string program, string[] arguments)
    {
        Peer.Require("strace", "-V");
        using var log = new TemporaryFolder();
        Peer.Code("env", [
            $"HOME={log.Root}", variable, "strace", "-f", "-qq", "-o", log["log"], "-e",
            "trace=open,openat,creat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,mkdir,mkdirat,"
            + "memfd_create,mknod",
            program, .. arguments,
        ]);
        var calls = File.ReadAllLines(log["log"]).Where(line => !line.Contains("= -1 ", StringComparison.Ordinal))
            .ToArray();
        Assert.Contains(calls, call => call.Contains(marker, StringComparison.Ordinal));
        return
        [
            .. calls.Where(call => Writing().IsMatch(call))
                .Select(call => Quoted().Matches(call)[^1].Groups["path"].Value)

                // Names of threads, and memory for code that the runtime compiles.
                .Where(path => path != "doublemapper" && path != "/dev/null"
                    && !path.StartsWith("/proc/self/task/", StringComparison.Ordinal)),
        ];
    }

    [GeneratedRegex(@"O_WRONLY|O_RDWR|O_CREAT|creat\(|rename|link|mkdir|memfd|mknod", RegexOptions.None, 1000)]
    private static partial Regex Writing();

    [GeneratedRegex("\"(?<path>[^\"]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Quoted();
}
