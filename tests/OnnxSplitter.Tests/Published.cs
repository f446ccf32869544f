using System.Collections.Concurrent;
using OnnxSplitter.Tests.Architecture;

namespace OnnxSplitter.Tests;

/// <summary>
/// What projects publish that are compiled ahead of time: made once for all tests, and again when a source is newer.
/// </summary>
internal static class Published
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private static readonly ConcurrentDictionary<string, string> Files = new(StringComparer.Ordinal);

    // Projects share what they are built from, and builds that others run at the same time write to it.
    private static readonly Lock One = new();

    /// <summary>Publishes a project. Skips the test where that is not possible.</summary>
    /// <param name="project">Its name.</param>
    /// <param name="file">The file that it makes.</param>
    /// <returns>The file's path, in a folder of its own with what comes with it.</returns>
    public static string Of(string project, string file)
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("What is compiled ahead of time was run on Linux alone.");
        Peer.Require("gcc", "--version");
        lock (One) return Files.GetOrAdd(project, _ => Publish(House.Project(project).Folder, project, file));
    }

    private static string Publish(string sources, string project, string file)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "published", project);
        var path = Path.Combine(folder, file);
        if (File.Exists(path) && File.GetLastWriteTimeUtc(path) > Sources(project).Max(File.GetLastWriteTimeUtc))
            return path;

        // What serves a later build would keep the pipes of this one open.
        Peer.Run("dotnet", "publish", sources, "-c", Configuration, "--no-restore", "--disable-build-servers",
            "-p:RunAnalyzers=false", "-v", "quiet", "-o", folder);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
        return path;
    }

    private static IEnumerable<string> Sources(string project)
    {
        var own = House.Project(project);
        var files = Directory.GetFiles(own.Folder);
        return own.Sources.Concat(files).Concat(own.References.SelectMany(Sources)).Distinct(StringComparer.Ordinal);
    }
}
