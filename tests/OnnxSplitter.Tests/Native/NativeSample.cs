using Onnx;
using OnnxSplitter.Benchmarks.Hosts;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Tests.Secrets;

namespace OnnxSplitter.Tests.Native;

/// <summary>A protected model of two data files, as it is shipped, with key files.</summary>
internal sealed class NativeSample : IDisposable
{
    public NativeSample()
    {
        using (var original = File.OpenRead(Repository.Model("resnet20-fmnist.onnx")))
            DataFileModel.Write(ModelProto.Parser.ParseFrom(original), Model);
        ProtectedFolder.Seal(Model, int.MaxValue, TestKeys.Alice, Secrets);
        KeyFiles.WritePem(TestKeys.Alice, Device, Vendor, overwrite: false);
        KeyFiles.WritePem(TestKeys.Bob, Folder["other.pem"], Folder["other.crt"], overwrite: false);
    }

    public TemporaryFolder Folder { get; } = new();

    public string Model => Folder["model.onnx"];

    public string Secrets => Folder["model.p7m"];

    public string Device => Folder["device.pem"];

    public string Vendor => Folder["vendor.crt"];

    public NativeArguments Paths => new(Model, Secrets, Device, Vendor);

    /// <summary>Names of its parts.</summary>
    public static IReadOnlyList<string> Names { get; } = ["", "even.bin", "odd/odd.bin"];

    /// <summary>What its parts restored are, as the file commands have it.</summary>
    /// <param name="folder">Gets the restored files.</param>
    public IReadOnlyList<byte[]> Restore(string folder)
    {
        Directory.CreateDirectory(folder);
        using var secrets = SecretsEnvelope.Open(File.ReadAllBytes(Secrets), TestKeys.Alice, TestKeys.Alice);
        ModelRestorer.RestoreToFile(Model, secrets, Path.Combine(folder, "restored.onnx"), overwrite: false);
        return
        [
            .. Names.Select(name => File.ReadAllBytes(
                Path.Combine(folder, name.Length == 0 ? "restored.onnx" : name))),
        ];
    }

    public void Dispose() => Folder.Dispose();
}
