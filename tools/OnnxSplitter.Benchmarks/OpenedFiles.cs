using OnnxSplitter.Benchmarks.Measuring;

namespace OnnxSplitter.Benchmarks;

/// <summary>How often <c>protect</c> opens the original: <c>strace</c> lists every file that is opened.</summary>
internal static class OpenedFiles
{
    /// <summary>Protects a model by a search that ends after its first changes.</summary>
    /// <param name="program">Path of the command-line program.</param>
    /// <param name="model">A labelled model whose accuracy is above 0.9.</param>
    /// <param name="calibration">Data to choose by.</param>
    /// <param name="evaluation">Data to judge by.</param>
    /// <returns>How often the model was opened to be read.</returns>
    public static int Count(string program, string model, string calibration, string evaluation)
    {
        var folder = Directory.CreateTempSubdirectory("onnxsplitter-house-").FullName;
        try
        {
            string At(string name) => Path.Combine(folder, name);
            foreach (var name in (string[])["vendor", "device"]) MeasuredProcess.Run("dotnet", program, "keygen",
                At(name));
            MeasuredProcess.Run("strace",
                "-f", "-qq", "-e", "trace=open,openat", "-o", At("log"), "dotnet", program, "protect", model,
                "-r", At("device.crt"), "--signer", At("vendor.pem"), "--data", calibration, "--evaluate", evaluation,
                "--target-accuracy", "0.9", "-o", At("out.onnx"), "-s", At("out.p7m"));
            return File.ReadLines(At("log")).Count(line =>
                line.Contains($"\"{Path.GetFullPath(model)}\"", StringComparison.Ordinal)
                && !line.Contains("= -1 ", StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
