using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Pkcs11;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Tests.Secrets;

namespace OnnxSplitter.Tests.Pkcs11;

/// <summary>
/// Keys that a TPM made, through tpm2-pkcs11; the TPM is swtpm, set up by <c>tests/tokens/tpm.sh</c>.
/// </summary>
public sealed class TpmTests
{
    private const string Pin = "4321";

    [Fact]
    public void Keys_of_a_TPM_sign_and_open()
    {
        Assert.SkipUnless(
            Peer.Runs("swtpm", "--version") && Peer.Runs("opensc-tool", "--version")
                && Directory.EnumerateFiles("/usr/lib", "libtpm2_pkcs11.so*", SearchOption.AllDirectories).Any(),
            "A software TPM (swtpm, libtpm2-pkcs11-1, opensc) is not installed.");
        using var folder = new TemporaryFolder();
        var port = SoftTpm.FreePort();
        NativeEnvironment.Set("TPM2_PKCS11_STORE", folder["store"]);
        NativeEnvironment.Set("TPM2_PKCS11_TCTI", $"swtpm:port={port}");
        try
        {
            var module = Peer.Run(
                Path.Combine(Repository.Root, "tests", "tokens", "tpm.sh"), folder.Root, Pin,
                port.ToString(CultureInfo.InvariantCulture)).Trim();
            var file = SecretsEnvelope.Seal(SampleSecrets.Of(), TestKeys.Signer, [Certificate("rsa"), TestKeys.Bob]);

            // One after the other: a bare TPM has room for three objects, and nobody manages them here.
            foreach (var name in new[] { "rsa", "p256" })
            {
                using var signer = Load(name);
                var signed = SecretsEnvelope.Seal(SampleSecrets.Of(), signer, [TestKeys.Bob]);
                SecretsEnvelope.Open(signed, Certificate(name), TestKeys.Bob).Dispose();
            }

            using var identity = Load("rsa");
            SecretsEnvelope.Open(file, TestKeys.Signer, [identity]).Dispose();

            X509Certificate2 Certificate(string name) => KeyFiles.LoadCertificate(folder[$"{name}.crt"]);

            Identity Load(string name) => TokenKeys.Load(
                $"pkcs11:token=onnxsplit;object={name}?module-path={module}", _ => Pin.ToCharArray());
        }
        finally
        {
            if (File.Exists(folder["swtpm.pid"]))
            {
                using var tpm = Process.GetProcessById(
                    int.Parse(File.ReadAllText(folder["swtpm.pid"]), CultureInfo.InvariantCulture));
                tpm.Kill();
                tpm.WaitForExit();
            }
        }
    }
}
