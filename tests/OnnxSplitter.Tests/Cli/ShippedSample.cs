using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Secrets.Payload;
using OnnxSplitter.Tests.Runtime;
using OnnxSplitter.Tests.Secrets;

namespace OnnxSplitter.Tests.Cli;

/// <summary>A protected model as it is shipped, with everybody's key files; made without a search.</summary>
internal sealed class ShippedSample : IDisposable
{
    private readonly ProtectedSample _sample;

    /// <param name="harm">As for <see cref="ProtectedSample"/>.</param>
    /// <param name="model">File name.</param>
    public ShippedSample(int harm = 2, string model = "resnet20-fmnist.onnx")
    {
        _sample = new ProtectedSample(model, harm);
        Write(TestKeys.Signer, "vendor");
        Write(TestKeys.Alice, "device");
        Write(TestKeys.Bob, "other");
        Write(TestKeys.OtherSigner, "stranger");
        Seal(_sample.Secrets);
    }

    public TemporaryFolder Folder => _sample.Folder;

    public string Original => _sample.Original;

    public string Obfuscated => _sample.Obfuscated;

    public string Secrets => Folder["sealed.p7m"];

    public string Restored => _sample.Restored;

    public ProtectedSample Plain => _sample;

    public void Seal(ModelSecrets secrets) =>
        File.WriteAllBytes(Secrets, SecretsEnvelope.Seal(secrets, TestKeys.Signer, [TestKeys.Alice]));

    public string[] RestoreArguments(string identity = "device", string trust = "vendor") =>
    [
        "restore", Obfuscated, "-s", Secrets, "-i", Folder[$"{identity}.pem"], "--trust", Folder[$"{trust}.crt"],
        "-o", Restored,
    ];

    public string[] CheckArguments(string identity = "device", string trust = "vendor") =>
        [Obfuscated, "-s", Secrets, "-i", Folder[$"{identity}.pem"], "--trust", Folder[$"{trust}.crt"]];

    public string[] ProtectArguments(string model) =>
    [
        "protect", model, "-r", Folder["device.crt"], "--signer", Folder["vendor.pem"], "-o", Folder["new.onnx"],
        "-s", Folder["new.p7m"], "--strategy", "random", "--max-weights", "3",
    ];

    /// <summary>Asserts that nothing appeared in the folder, under whatever name.</summary>
    public void AssertNothingNew(Action act)
    {
        var before = Directory.GetFileSystemEntries(Folder.Root).Order().ToArray();
        act();
        Assert.Equal(before, Directory.GetFileSystemEntries(Folder.Root).Order());
    }

    /// <summary>Flips one bit of a file.</summary>
    public static void Flip(string path, double place)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[(int)(place * (bytes.Length - 1))] ^= 0x10;
        File.WriteAllBytes(path, bytes);
    }

    public void Dispose() => _sample.Dispose();

    private void Write(X509Certificate2 certificate, string name) =>
        KeyFiles.WritePem(certificate, Folder[$"{name}.pem"], Folder[$"{name}.crt"], overwrite: false);
}
