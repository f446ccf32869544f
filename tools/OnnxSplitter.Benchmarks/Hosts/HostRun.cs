using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Benchmarks.Measuring;
using OnnxSplitter.Runtime;
using OnnxSplitter.Runtime.Ort;

namespace OnnxSplitter.Benchmarks.Hosts;

/// <summary>One open in a process of its own, in one of several ways; a small model is opened first.</summary>
/// <param name="key">Certificate and key, which signs and opens.</param>
/// <param name="prepacking">Whether ONNX Runtime packs weights, as it does by default.</param>
internal sealed class HostRun(X509Certificate2 key, bool prepacking)
{
    private const int Runs = 2;

    /// <summary>Its key is no secret here.</summary>
    public static readonly byte[] AesKey = SHA256.HashData("benchmarks"u8);

    /// <summary>
    /// Opens and prints: milliseconds, bytes of private memory, milliseconds of a run, SHA-256 of outputs.
    /// </summary>
    /// <param name="arguments">
    /// Way, whether weights are packed, key file, model, secrets, and the same two of a small model.
    /// </param>
    /// <returns>Exit code: 0.</returns>
    public static int Run(string[] arguments)
    {
        using var key = X509Certificate2.CreateFromPemFile(arguments[2]);
        var run = new HostRun(key, arguments[1] == "packed");
        using (var first = run.Way(arguments[0], arguments[5], arguments[6])()) Outputs(first.Session);
        var open = run.Way(arguments[0], arguments[3], arguments[4]);
        var before = PrivateBytes();
        var watch = Stopwatch.StartNew();
        using var opened = open();
        var opening = watch.Elapsed.TotalMilliseconds;
        var bytes = PrivateBytes() - before;
        var digest = "";
        var running = double.MaxValue;
        for (var i = 0; i < Runs; i++)
        {
            watch.Restart();
            digest = Outputs(opened.Session);
            running = Math.Min(running, watch.Elapsed.TotalMilliseconds);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{opening} {bytes} {running} {digest}"));
        return 0;
    }

    /// <summary>Memory of this process alone: no pages of files, unless they were written to.</summary>
    public static long PrivateBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        var line = File.ReadLines("/proc/self/smaps_rollup").Single(
            line => line.StartsWith("Anonymous:", StringComparison.Ordinal));
        return 1024 * long.Parse(
            line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    /// <summary>What is to be timed.</summary>
    private Func<Opened> Way(string way, string model, string secrets)
    {
        var options = new SessionOptions();
        if (!prepacking) options.AddSessionConfigEntry("session.disable_prepacking", "1");
        return way switch
        {
            "plain" => () => new(new InferenceSession(model, options)),
            "restored" => () => new(Restore(DataDigests.Alongside)),
            "restored-before" => () => new(Restore(DataDigests.Before)),
            "restored-never" => () => new(Restore(DataDigests.Never)),
            "decrypted" => () => Decrypt(model, options),
            "counter" => () => Decrypt(model, options, borrowed: false),
            "counter-borrowed" => () => Decrypt(model, options, borrowed: true),
            "written" => Write(model, secrets, options),
            _ => () => new(Former(way, model, secrets, options)),
        };

        InferenceSession Restore(DataDigests digests) => ProtectedModel.Open(
            model, secrets, key, key, new ProtectedModelOptions { Session = options, Digests = digests });
    }

    /// <summary>A plain open, and the pages that restoring writes to, written once in a mapping.</summary>
    private Func<Opened> Write(string model, string secrets, SessionOptions options)
    {
        using var opened = Secrets.Envelope.SecretsEnvelope.Open(File.ReadAllBytes(secrets), key, key);
        var file = Onnx.Models.ModelFile.Open(model);
        var name = file.DataFiles.Single().Name;
        using var stream = file.OpenPart(name);
        var patches = Onnx.Weights.WeightPatcher.Locate(stream, opened.Tensors.SelectMany(tensor =>
            tensor.Indices.Select(index => new Onnx.Weights.WeightBits(file.Find(tensor.Path)!, index, Bits: 0))));
        return () =>
        {
            var mapping = file.MapPart(name);
            mapping.Write(patches);
            return new(new InferenceSession(model, options), mapping);
        };
    }

    private static Opened Decrypt(string model, SessionOptions options)
    {
        var data = Path.Combine(Path.GetDirectoryName(model)!, LargeModel.DataFile);
        if (!File.Exists(data))
        {
            using var whole = new EncryptedFile($"{model}.aes", AesKey);
            return new(new InferenceSession(whole.ToArray(), options));
        }

        var decrypted = new EncryptedFile($"{data}.aes", AesKey);
        OwnOptions.TakeFiles(options, [(LargeModel.DataFile, decrypted.Address, decrypted.Length)]);
        return new(new InferenceSession(File.ReadAllBytes(model), options), decrypted);
    }

    /// <summary>Decrypts a copy in counter mode; a session copies it, unless it is told to borrow it.</summary>
    private static Opened Decrypt(string model, SessionOptions options, bool borrowed)
    {
        var data = Path.Combine(Path.GetDirectoryName(model)!, LargeModel.DataFile);
        var decrypted = new CounterFile($"{data}.ctr", AesKey);
        if (!borrowed) options.AddSessionConfigEntry("session.use_external_initializer_file_buffers_directly", "0");
        OwnOptions.TakeFiles(options, [(LargeModel.DataFile, decrypted.Address, decrypted.Length)]);
        return new(new InferenceSession(File.ReadAllBytes(model), options), decrypted);
    }

    /// <summary>Opens with another build of the library, from its folder.</summary>
    private InferenceSession Former(string folder, string model, string secrets, SessionOptions options)
    {
        var context = new AssemblyLoadContext("former");
        context.Resolving += (_, name) => Path.Combine(folder, $"{name.Name}.dll") is var path && File.Exists(path)
            ? context.LoadFromAssemblyPath(path)
            : null;
        foreach (var path in Directory.GetFiles(folder, "OnnxSplitter.*.dll")) context.LoadFromAssemblyPath(path);
        var open = context.LoadFromAssemblyPath(Path.Combine(folder, "OnnxSplitter.Runtime.dll"))
            .GetType("OnnxSplitter.Runtime.ProtectedModel")!.GetMethod("OpenSession",
            [
                typeof(string), typeof(string), typeof(X509Certificate2), typeof(X509Certificate2),
                typeof(SessionOptions),
            ]);
        try
        {
            return (InferenceSession)open!.Invoke(null, [model, secrets, key, key, options])!;
        }
        catch (TargetInvocationException e) when (e.InnerException is { } inner)
        {
            throw new InvalidOperationException($"The build in {folder} fails: {inner.Message}", inner);
        }
    }

    private static string Outputs(InferenceSession session)
    {
        var (name, input) = session.InputMetadata.Single();
        long[] dims = [.. input.Dimensions.Select(dim => dim < 0 ? 1L : dim)];
        var random = new Random(1);
        var values = new float[dims.Aggregate(1L, (product, dim) => product * dim)];
        foreach (ref var value in values.AsSpan()) value = random.NextSingle() - 0.5f;
        using var feed = OrtValue.CreateTensorValueFromMemory(values, dims);
        using var run = new RunOptions();
        using var outputs = session.Run(run, [name], [feed], session.OutputNames);
        return Convert.ToHexString(
            SHA256.HashData(MemoryMarshal.AsBytes(outputs.Single().GetTensorDataAsSpan<float>())))[..16];
    }

    private sealed record Opened(InferenceSession Session, IDisposable? Memory = null) : IDisposable
    {
        public void Dispose()
        {
            Session.Dispose();
            Memory?.Dispose();
        }
    }
}
