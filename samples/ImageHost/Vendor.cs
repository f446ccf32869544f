using System.Diagnostics;

namespace ImageHost;

/// <summary>Plays the vendor, so that there is something to host: a real host gets its files from elsewhere.</summary>
internal static class Vendor
{
    private const string Tool = "../../src/OnnxSplitter.Cli";
    private const string Shipped = "bin/shipped";
    private const string Secrets = Shipped + "/resnet20-fmnist.secrets.p7m";

    /// <summary>Makes keys and protects the sample model, if the settings are the sample's and nobody has.</summary>
    /// <param name="project">This sample's folder.</param>
    /// <param name="secrets">Path of the secrets file, which is written together with the model.</param>
    public static void ShipOnce(string project, string? secrets)
    {
        var folder = Path.Combine(project, Shipped);
        if (secrets != Secrets || File.Exists(Path.Combine(project, Secrets))) return;
        Console.WriteLine("Nothing is shipped yet. Protecting the sample model first, which takes a minute or two.");

        // The demo refuses a folder that holds something, so what an interrupted run has left makes way.
        if (Directory.Exists(folder))
            Directory.Move(folder, $"{folder}-{DateTime.UtcNow:yyyyMMdd-HHmmss}");
        using var demo = Process.Start("dotnet",
            ["run", "-c", "Release", "--project", Path.Combine(project, Tool), "--", "demo", "--directory", folder]);
        demo.WaitForExit();
        if (demo.ExitCode != 0) throw new InvalidOperationException("The sample model could not be protected.");
    }
}
