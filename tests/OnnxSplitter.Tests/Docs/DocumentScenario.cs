using System.Diagnostics;
using OnnxSplitter.Tests.Pkcs11;
using OnnxSplitter.Tests.Protection;

namespace OnnxSplitter.Tests.Docs;

/// <summary>
/// A folder in which a page's commands run one after the other. It holds a small model and examples for it
/// (<c>model.onnx</c>, <c>examples.npz</c>, <c>test.npz</c>), what it may have been made from
/// (<c>checkpoint.onnx</c>), the same under the names of a sample model and its data (<c>models</c>), a folder
/// (<c>variants</c>), a PIN (<c>pin</c>) and, where the page makes no keys, those of vendor and device and a model
/// protected with them (<c>shipped.onnx</c>, <c>shipped.p7m</c>).
/// </summary>
/// <param name="token">The token that commands find.</param>
internal sealed class DocumentScenario(SoftToken token) : IDisposable
{
    private readonly TemporaryFolder _folder = Prepared();

    private static TemporaryFolder Prepared()
    {
        var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["variants"]);
        Directory.CreateDirectory(folder["models"]);
        foreach (var model in new[] { "model.onnx", "checkpoint.onnx", "models/resnet20-fmnist.onnx" })
            TinyClassifier.Write(folder[model]);
        foreach (var data in new[]
        {
            "examples.npz", "test.npz", "models/fashion-mnist-calibration.npz", "models/fashion-mnist-evaluation.npz",
        })
            TinyClassifier.WriteExamples(folder[data], 64);
        File.WriteAllText(folder["pin"], SoftToken.Pin + "\n");
        return folder;
    }

    public void MakeShipped()
    {
        Run(["onnxsplit", "keygen", "vendor"]);
        Run(["onnxsplit", "keygen", "device"]);
        Run([
            "onnxsplit", "protect", "model.onnx", "-r", "device.crt", "--signer", "vendor.pem",
            "--data", "examples.npz", "-o", "shipped.onnx", "-s", "shipped.p7m",
        ]);
    }

    /// <summary>Runs a command there, expecting success; one that serves, until it does.</summary>
    public void Run(string[] words)
    {
        if (words[0] == "onnxsplit-secure")
        {
            Serve(words);
            return;
        }

        var program = words[0] == "onnxsplit" ? "OnnxSplitter.Cli.dll" : $"{words[0]}.dll";
        Peer.Run("env", [
            "-C", _folder.Root, $"{SoftToken.Variable}={token.Configuration}", "dotnet",
            Path.Combine(AppContext.BaseDirectory, program), .. words.Skip(1),
        ]);
    }

    public void Dispose() => _folder.Dispose();

    private void Serve(string[] words)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet",
            ["exec", Path.Combine(AppContext.BaseDirectory, $"{words[0]}.dll"), .. words.Skip(1)])
        {
            WorkingDirectory = _folder.Root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        Assert.StartsWith("serving ", process.StandardOutput.ReadLine(), StringComparison.Ordinal);
        process.Kill();
        process.WaitForExit();
    }
}
