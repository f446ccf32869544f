using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Runtime.Secured;
using OnnxSplitter.Tests.Cli;

namespace OnnxSplitter.Tests.Secured;

/// <summary>
/// <c>onnxsplit-secure</c>, a process of its own, that serves a protected model; and the model's original.
/// </summary>
internal sealed class TrustedProcess : IDisposable
{
    private const int Terminated = 15;
    private readonly string[] _arguments;
    private readonly StringWriter _said = new();
    private Process _process;

    /// <param name="arguments">More of its arguments; with an identity, the sample's that opens is not given.</param>
    public TrustedProcess(params string[] arguments)
        : this(new ShippedSample(harm: 1), arguments)
    {
    }

    /// <param name="sample">What it serves. Owned from here on.</param>
    /// <param name="arguments">More of its arguments.</param>
    public TrustedProcess(ShippedSample sample, params string[] arguments)
    {
        (Sample, _arguments) = (sample, arguments);
        Endpoint = new SecuredEndpoint(Sample.Folder["socket"])
        {
            ConnectWithin = TimeSpan.FromSeconds(20),
            RunWithin = TimeSpan.FromSeconds(60),
        };
        _process = Start();
    }

    public ShippedSample Sample { get; }

    /// <summary>With time for a machine that has other things to do.</summary>
    public SecuredEndpoint Endpoint { get; }

    public int Id => _process.Id;

    public SecuredModel Connect(SecuredEndpoint? endpoint = null) =>
        SecuredModel.Open(Sample.Obfuscated, endpoint ?? Endpoint);

    /// <summary>Whether it says something on standard error, now or soon: its lines are read beside the test.</summary>
    public bool HasSaid(string text) => SpinWait.SpinUntil(() =>
    {
        lock (_said) return _said.ToString().Contains(text, StringComparison.Ordinal);
    }, TimeSpan.FromSeconds(60));

    /// <summary>Kills it, as an administrator or the system might.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Starts it once more.</summary>
    public void Restart()
    {
        _process.Dispose();
        _process = Start();
    }

    /// <summary>Lets it do nothing, or go on.</summary>
    public void Signal(string name) => Peer.Run("kill", $"-{name}", $"{Id}");

    /// <summary>Asks it to end.</summary>
    /// <returns>Its exit code.</returns>
    public int Terminate()
    {
        Signal($"{Terminated}");
        Assert.True(_process.WaitForExit(TimeSpan.FromSeconds(60)));
        return _process.ExitCode;
    }

    /// <summary>What the original gives in this process.</summary>
    public float[] Expected(float[] image, int batch)
    {
        using var session = new InferenceSession(Sample.Original);
        return Run(session, image, batch);
    }

    /// <summary>Runs a model on images.</summary>
    public static float[] Run(InferenceSession session, float[] image, int batch)
    {
        using var input = Images(image, batch);
        using var options = new RunOptions();
        using var outputs = session.Run(
            options, new Dictionary<string, OrtValue> { [session.InputNames[0]] = input }, session.OutputNames);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    /// <summary>The same in the trusted process.</summary>
    public static float[] Run(
        SecuredModel model, float[] image, int batch, CancellationToken cancellation = default)
    {
        using var input = Images(image, batch);
        using var outputs = model.Run(new Dictionary<string, OrtValue> { [model.Inputs[0].Name] = input },
            [model.Outputs[0].Name], cancellation);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    /// <summary>Images of noise.</summary>
    public static float[] Noise(int seed, int batch)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, batch * 28 * 28).Select(_ => random.NextSingle())];
    }

    /// <summary>Starts one that is expected to end by itself.</summary>
    public static (int Code, string Error) Ended(string[] arguments)
    {
        var start = new ProcessStartInfo(
            "dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "onnxsplit-secure.dll"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error);
    }

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        _process.Dispose();
        Sample.Dispose();
    }

    private static OrtValue Images(float[] image, int batch) =>
        OrtValue.CreateTensorValueFromMemory(image, [batch, 1, 28, 28]);

    private Process Start()
    {
        var process = Process.Start(new ProcessStartInfo("dotnet",
        [
            "exec", Path.Combine(AppContext.BaseDirectory, "onnxsplit-secure.dll"),
            .. Sample.CheckArguments(_arguments.Contains("-i") ? "other" : "device"),
            "--socket", Endpoint.Path, .. _arguments,
        ])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.ErrorDataReceived += (_, line) =>
        {
            lock (_said) _said.WriteLine(line.Data);
        };
        process.BeginErrorReadLine();
        var ready = process.StandardOutput.ReadLine();
        Assert.True(ready?.StartsWith("serving ", StringComparison.Ordinal), $"{ready} {_said}");
        return process;
    }
}
