using System.Security.Cryptography;

namespace OnnxSplitter.Tests.Native;

/// <summary>The hosts of samples/native, as they are.</summary>
public sealed class NativeSampleTests : IDisposable
{
    private const int MostLines = 40;

    private static readonly string Samples = Path.Combine(Repository.Root, "samples", "native");
    private static readonly string Node = Path.Combine(Samples, "node");

    private readonly NativeSample _sample = new();

    private string[] Arguments => [_sample.Model, _sample.Secrets, _sample.Device, _sample.Vendor];

    private string[] Strangers => [.. Arguments[..3], _sample.Folder["other.crt"]];

    [Fact]
    public void C_opens_a_session_and_says_what_is_refused()
    {
        var host = Compile();
        Assert.Equal("A session is open.\n", Peer.Run(host, Arguments));
        Assert.Equal(2, Peer.Code(host, Strangers));
        File.Delete(_sample.Folder["even.bin"]);
        Assert.Equal(9, Peer.Code(host, Arguments));
    }

    [Fact]
    public void C_writes_nothing()
    {
        var host = Compile();

        // ONNX Runtime keeps a record of models otherwise.
        const string quiet = "ORT_DISABLE_TELEMETRY=1";
        Assert.Empty(WrittenFiles.Of("even.bin", quiet, host, Arguments));
        Assert.Empty(WrittenFiles.Of("model.p7m", quiet, host, Strangers));
    }

    [Fact]
    public void Node_runs_the_restored_model()
    {
        Peer.Require("node", "--version");
        if (!Directory.Exists(Path.Combine(Node, "node_modules")))
            Assert.Skip("samples/native/node is not installed: run `npm ci` there.");
        var host = Path.Combine(Node, "host.mjs");
        _sample.Restore(_sample.Folder["back"]);
        var restored = Peer.Run("node", [host, NativeBuild.Library, .. Arguments]);
        Assert.Equal(Plain(_sample.Folder["back/restored.onnx"]), restored);
        Assert.NotEqual(Plain(_sample.Model), restored);
        Assert.Equal(1, Peer.Code("node", [host, NativeBuild.Library, .. Strangers]));
    }

    [Fact]
    public void Python_sees_the_originals_digests()
    {
        Peer.Require("/usr/bin/python3", "--version");
        var host = Path.Combine(Samples, "python", "host.py");
        Assert.Equal(Digests(), Peer.Run("/usr/bin/python3", [host, NativeBuild.Library, .. Arguments]));
        Assert.Equal(1, Peer.Code("/usr/bin/python3", [host, NativeBuild.Library, .. Strangers]));
    }

    [Fact]
    public void Java_sees_the_originals_digests()
    {
        const string jar = "/usr/share/java/jna.jar";
        Peer.Require("javac", "-version");
        if (!File.Exists(jar)) Assert.Skip("JNA is not installed: apt-get install libjna-java.");
        string[] host = ["-cp", jar, Path.Combine(Samples, "java", "Host.java"), NativeBuild.Library];
        Assert.Equal(Digests(), Peer.Run("java", [.. host, .. Arguments]));
        Assert.Equal(1, Peer.Code("java", [.. host, .. Strangers]));
    }

    [Fact]
    public void Rust_gets_the_original()
    {
        Peer.Require("rustc", "--version");
        var host = _sample.Folder["host"];
        Peer.Run("rustc", "-D", "warnings", Path.Combine(Samples, "rust", "host.rs"), "-o", host, "-L",
            NativeBuild.Folder, "-C", $"link-arg=-Wl,-rpath,{NativeBuild.Folder}");
        Assert.StartsWith(Digests()[..64],
            Peer.Run("sh", ["-c", "\"$@\" | sha256sum", "sh", host, .. Arguments]), StringComparison.Ordinal);
        Assert.Equal(1, Peer.Code(host, Strangers));
    }

    [Fact]
    public void A_host_that_closes_the_library_does_not_lose_what_handles_signals()
    {
        const string script = """
            import ctypes, _ctypes, sys
            library = ctypes.CDLL(sys.argv[1])
            library.onnxsplit_version()
            _ctypes.dlclose(library._handle)
            print(sys.argv[1] in open("/proc/self/maps").read())
            """;
        Peer.Require("/usr/bin/python3", "--version");
        Assert.Equal("True\n", Peer.Run("/usr/bin/python3", "-c", script, NativeBuild.Library));
    }

    [Theory]
    [InlineData("c/host.c")]
    [InlineData("java/Host.java")]
    [InlineData("rust/host.rs")]
    [InlineData("node/host.mjs")]
    [InlineData("python/host.py")]
    public void A_sample_is_short(string path) =>
        Assert.InRange(File.ReadLines(Path.Combine(Samples, path)).Count(), 1, MostLines);

    public void Dispose() => _sample.Dispose();

    private string Digests() => string.Concat(_sample.Restore(_sample.Folder["back"]).Zip(
        NativeSample.Names, (bytes, name) => $"{Convert.ToHexStringLower(SHA256.HashData(bytes))} {name}\n"));

    /// <summary>Compiles the C host against ONNX Runtime's own package.</summary>
    private string Compile()
    {
        // The package has the library without the version that its name for the linker has.
        var (libraries, host) = (_sample.Folder["libraries"], _sample.Folder["host"]);
        Directory.CreateDirectory(libraries);
        File.CreateSymbolicLink(Path.Combine(libraries, "libonnxruntime.so.1"),
            Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libonnxruntime.so"));
        Peer.Run("gcc", "-std=c11", "-Wall", "-Wextra", "-Werror", Path.Combine(Samples, "c", "host.c"), "-o", host,
            "-I", NativeBuild.Folder, "-I", Path.Combine(AppContext.BaseDirectory, "onnxruntime-headers"),
            "-L", NativeBuild.Folder, "-lonnxsplit", "-L", libraries, "-l:libonnxruntime.so.1",
            $"-Wl,-rpath,{NativeBuild.Folder},-rpath,{libraries}");
        return host;
    }

    /// <summary>What Node's ONNX Runtime says to the same input without this project.</summary>
    private static string Plain(string model) => Peer.Run("env", "-C", Node, "node", "--input-type=module", "-e", """
        import { InferenceSession, Tensor } from 'onnxruntime-node';
        const session = await InferenceSession.create(process.argv[1]);
        const feed = new Tensor(new Float32Array(28 * 28), [1, 1, 28, 28]);
        const results = await session.run({ [session.inputNames[0]]: feed });
        console.log(results[session.outputNames[0]].data.join(' '));
        """, model);
}
