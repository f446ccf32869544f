using Google.Protobuf;
using OnnxSplitter.Vectors.Models;

namespace OnnxSplitter.Tests.Cli;

/// <summary>
/// The models of <c>tests/vectors/models</c>, one defect each: refused with exit code 3, in little memory, and nothing
/// outside their folder is read or written.
/// </summary>
public sealed class HostileModelTests : IDisposable
{
    // Beside this, a process of .NET has some 40 MB: together well below 200 MB. One that needs more ends as a fault.
    private const string HeapLimit = "0x6000000";

    private readonly ShippedSample _sample = new();
    private readonly string _folder;

    public HostileModelTests()
    {
        _folder = Directory.CreateDirectory(_sample.Folder["hostile"]).FullName;
        Directory.CreateDirectory(Path.Combine(_folder, "sub"));
        File.WriteAllBytes(_sample.Folder["outside.bin"], new byte[HostileModel.DataLength]);
        File.WriteAllBytes(Path.Combine(_folder, HostileModel.DataFile), new byte[HostileModel.DataLength]);
        File.CreateSymbolicLink(Path.Combine(_folder, "link.bin"), _sample.Folder["outside.bin"]);
        Directory.CreateSymbolicLink(Path.Combine(_folder, "linked"), _sample.Folder.Root);
    }

    public static TheoryData<string> Names => [.. HostileModel.All.Select(model => model.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void They_are_refused(string name)
    {
        var model = Place(name);
        foreach (
            var command in (string[][])[[.. _sample.ProtectArguments(model), "--no-evaluation"], ["inspect", model]])
        {
            Transcript? transcript = null;
            _sample.AssertNothingNew(() => transcript = Transcript.Of(command));
            transcript!.Refused(3);
            Assert.InRange(transcript.Error.Length, 1, 25_000);
            Assert.DoesNotContain(transcript.Error, c => c != '\n' && (char.IsControl(c) || c == '\u202E'));
        }
    }

    [Fact]
    public void Nothing_outside_their_folder_is_opened_and_little_memory_is_taken()
    {
        Peer.Require("strace", "-V");
        foreach (var name in Names.Select(row => row.Data))
        {
            var model = Place(name);
            using var log = new TemporaryFolder();
            var code = Peer.Code("env", [
                $"HOME={log.Root}", "DOTNET_EnableDiagnostics=0", $"DOTNET_GCHeapHardLimit={HeapLimit}",
                "strace", "-f", "-qq", "--seccomp-bpf", "-o", log["log"], "-e",
                "trace=open,openat,openat2,creat,rename,renameat,renameat2,mkdir,mkdirat",
                "dotnet", Path.Combine(AppContext.BaseDirectory, "OnnxSplitter.Cli.dll"),
                .. _sample.ProtectArguments(model), "--no-evaluation",
            ]);

            Assert.True(code == 3, $"{name}: exit code {code}");
            var opened = File.ReadAllLines(log["log"]).Where(line => !line.Contains("= -1 ", StringComparison.Ordinal))
                .ToArray();
            Assert.Contains(opened, line => line.Contains($"\"{model}\"", StringComparison.Ordinal));
            Assert.All(opened, line =>
            {
                Assert.DoesNotContain("outside.bin", line, StringComparison.Ordinal);
                Assert.DoesNotContain("/etc/passwd", line, StringComparison.Ordinal);
                Assert.DoesNotContain(_sample.Folder["new"], line, StringComparison.Ordinal);
            });
        }

        Assert.Equal(new byte[HostileModel.DataLength], File.ReadAllBytes(_sample.Folder["outside.bin"]));
    }

    [Theory]
    [InlineData("new.onnx")]
    [InlineData("new.p7m")]
    [InlineData("vendor.pem")]
    public void A_data_file_of_an_outputs_name_is_refused_before_anything_is_written(string name)
    {
        var model = Path.Combine(_folder, "model.onnx");
        File.WriteAllBytes(model, HostileModel.Model(HostileModel.External(("location", name))).ToByteArray());
        File.WriteAllBytes(
            Path.Combine(_folder, name), [.. Enumerable.Range(0, 64).Select(i => (byte)(i % 4 == 3 ? 0x3D : i))]);
        var shipped = Directory.CreateDirectory(_sample.Folder["shipped"]).FullName;
        var signer = Path.Combine(shipped, "vendor.pem");
        File.Copy(_sample.Folder["vendor.pem"], signer);
        string[] arguments =
        [
            "protect", model, "-r", _sample.Folder["device.crt"], "--signer", signer,
            "-o", Path.Combine(shipped, "new.onnx"), "-s", Path.Combine(shipped, "new.p7m"),
            "--strategy", "random", "--max-weights", "3", "--no-evaluation", "--force",
        ];

        Transcript.Of(arguments).Refused(6, name);

        Assert.Equal([signer], Directory.GetFileSystemEntries(shipped));
        Assert.Equal(File.ReadAllBytes(_sample.Folder["vendor.pem"]), File.ReadAllBytes(signer));
    }

    [Fact]
    public void The_generator_makes_these_models_byte_for_byte_and_no_others()
    {
        Assert.Equal(
            HostileModel.All.Select(model => model.Name).Order(StringComparer.Ordinal),
            Directory.GetFiles(Repository.Vector("models")).Select(Path.GetFileNameWithoutExtension)
                .Order(StringComparer.Ordinal));
        Assert.All(HostileModel.All, model => Assert.Equal(File.ReadAllBytes(Source(model.Name)), model.Content));
    }

    public void Dispose() => _sample.Dispose();

    private static string Source(string name) => Path.Combine(Repository.Vector("models"), $"{name}.onnx");

    private string Place(string name)
    {
        var model = Path.Combine(_folder, "model.onnx");
        File.Copy(Source(name), model, overwrite: true);
        return model;
    }
}
