using System.Diagnostics;
using System.Globalization;
using OnnxSplitter.Benchmarks.Measuring;
using OnnxSplitter.Native;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Benchmarks.Hosts;

/// <summary>Opens in a process of its own, through the native library or by .NET; without a session.</summary>
internal static class NativeRun
{
    private const int Later = 9;

    /// <summary>Opens and prints: milliseconds of the first time, and the median of some more.</summary>
    /// <param name="arguments">
    /// Library (or - for .NET), whether digests of data files are compared, identity, certificate, model, secrets.
    /// </param>
    /// <returns>Exit code: 0.</returns>
    public static int Run(string[] arguments)
    {
        var (digests, paths) = (arguments[1] == "before", arguments[2..]);
        NativeHost? native = null;
        var first = Time(Open);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{first} {Middle.Of(Enumerable.Range(0, Later).Select(_ => Time(Open)))}"));
        return 0;

        void Open()
        {
            if (arguments[0] == "-") Managed(paths, digests);
            else Native(native ??= new NativeHost(arguments[0]), paths, digests);
        }
    }

    private static void Managed(string[] paths, bool digests)
    {
        using var identity = KeyFiles.LoadIdentity(paths[0]);
        using var certificate = KeyFiles.LoadCertificate(paths[1]);
        RestoredModel.Open(paths[2], paths[3], certificate, [identity], new ProtectedModelOptions
        {
            Digests = digests ? DataDigests.Before : DataDigests.Never,
        }).Dispose();
    }

    private static void Native(NativeHost host, string[] paths, bool digests)
    {
        var (code, model) = host.Open(
            new NativeArguments(paths[2], paths[3], paths[0], paths[1]) { Digests = digests ? 0 : 1 });
        if (code != ErrorCode.Ok) throw new InvalidOperationException(host.ErrorText);
        host.Close(model);
    }

    private static double Time(Action open)
    {
        var watch = Stopwatch.StartNew();
        open();
        return watch.Elapsed.TotalMilliseconds;
    }
}
