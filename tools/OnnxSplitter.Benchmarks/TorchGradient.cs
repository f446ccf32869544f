using System.Diagnostics;
using System.Globalization;

namespace OnnxSplitter.Benchmarks;

/// <summary>PyTorch in a process of its own, which takes one step at a time on request (torch_gradient.py).</summary>
internal sealed class TorchGradient : IDisposable
{
    private readonly Process _process;

    /// <summary>Starts Python and takes a first step.</summary>
    public TorchGradient(string model, string data, int batch, int threads)
    {
        var start = new ProcessStartInfo(
            File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3",
            [Path.Combine(AppContext.BaseDirectory, "torch_gradient.py"), model, data, $"{batch}", $"{threads}"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };

        // What makes a BLAS library pretend to be on another processor would make the comparison unfair.
        start.Environment.Remove("OPENBLAS_CORETYPE");
        start.Environment.Remove("OPENBLAS_L2_SIZE");
        _process = Process.Start(start)!;
        while (Line() is var line && line != "ready")
        {
            var parts = line.Split(' ');
            if (parts[0] == "loss") Loss = Number(parts[1]);
            else Norms[parts[1]] = Number(parts[2]);
        }
    }

    /// <summary>Loss summed over the batch.</summary>
    public double Loss { get; }

    /// <summary>Norm of the gradient per weight tensor of more than one axis.</summary>
    public Dictionary<string, double> Norms { get; } = new(StringComparer.Ordinal);

    /// <summary>Seconds of one forward and backward pass.</summary>
    public double Step()
    {
        _process.StandardInput.WriteLine();
        return Number(Line());
    }

    /// <summary>Ends Python.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private string Line() => _process.StandardOutput.ReadLine()
        ?? throw new InvalidOperationException("Python ended: are its modules onnx, numpy and torch there?");

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
