using System.Diagnostics;

namespace ImageHost;

/// <summary>Plays the vendor, so that there is something to host: a real host gets its files from elsewhere.</summary>
internal static class Vendor
{
    private const string Tool = "../../src/OnnxSplitter.Cli";
    private const string Shipped = "bin/shipped";

    /// <summary>Makes keys and protects the sample model, if the settings are the sample's and nobody has.</summary>
    /// <param name="project">This sample's folder.</param>
    /// <param name="secrets">Path of the secrets file, which is written together with the model.</param>
    public static void ShipOnce(string project, string? secrets)
    {
        var folder = Path.Combine(project, Shipped);
        if (secrets is null || Path.GetDirectoryName(secrets) != Shipped) return;
        if (File.Exists(Path.Combine(project, secrets))) return;
        Console.WriteLine("Nothing is shipped yet. Protecting the sample model first, which takes a minute or two.");

        // What an interrupted run has left.
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        using var demo = Process.Start("dotnet",
            ["run", "-c", "Release", "--project", Path.Combine(project, Tool), "--", "demo", "--directory", folder]);
        demo.WaitForExit();
        if (demo.ExitCode != 0) throw new InvalidOperationException("The sample model could not be protected.");
    }
}
