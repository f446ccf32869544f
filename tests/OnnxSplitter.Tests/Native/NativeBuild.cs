using OnnxSplitter.Tests.Architecture;

namespace OnnxSplitter.Tests.Native;

/// <summary>The native library, published once for all tests, and again when a source is newer.</summary>
internal static class NativeBuild
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private static readonly Lazy<string> Published = new(Publish);

    /// <summary>Path of the library, beside its header. Skips the test where it can't be made.</summary>
    public static string Library
    {
        get
        {
            if (!OperatingSystem.IsLinux()) Assert.Skip("The library was run on Linux alone.");
            Peer.Require("gcc", "--version");
            return Published.Value;
        }
    }

    /// <summary>Folder of the library and of its header.</summary>
    public static string Folder => Path.GetDirectoryName(Library)!;

    /// <summary>Path of the header that is kept with the sources.</summary>
    public static string Header { get; } = Path.Combine(Repository.Root, "src", "OnnxSplitter.Native", "onnxsplit.h");

    private static string Publish()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "native");
        var library = Path.Combine(folder, "libonnxsplit.so");
        if (File.Exists(library) && File.GetLastWriteTimeUtc(library) > Sources().Max(File.GetLastWriteTimeUtc))
            return library;

        // What serves a later build would keep the pipes of this one open.
        Peer.Run("dotnet", "publish", Path.Combine(Repository.Root, "src", "OnnxSplitter.Native"), "-c", Configuration,
            "--no-restore", "--disable-build-servers", "-p:RunAnalyzers=false", "-v", "quiet", "-o", folder);
        File.SetLastWriteTimeUtc(library, DateTime.UtcNow);
        return library;
    }

    private static IEnumerable<string> Sources()
    {
        string[] names = ["OnnxSplitter.Native", .. House.Project("OnnxSplitter.Native").References];
        string[] all = [.. names, .. names.SelectMany(name => House.Project(name).References)];
        return all.Distinct(StringComparer.Ordinal).Select(House.Project).SelectMany(project => project.Sources
            .Concat(Directory.GetFiles(project.Folder, "*.csproj")).Append(Header));
    }
}
