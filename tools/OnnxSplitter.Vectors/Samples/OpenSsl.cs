using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OnnxSplitter.Vectors.Samples;

/// <summary>Secrets made by <c>openssl cms</c>, as docs/format.md says it is done.</summary>
internal static class OpenSsl
{
    public static byte[] Seal(byte[] payload, X509Certificate2 signer, X509Certificate2 recipient)
    {
        var folder = Directory.CreateTempSubdirectory("onnxsplitter-").FullName;
        try
        {
            string At(string name) => Path.Combine(folder, name);
            using var key = (AsymmetricAlgorithm?)signer.GetRSAPrivateKey() ?? signer.GetECDsaPrivateKey()!;
            File.WriteAllText(At("signer.crt"), signer.ExportCertificatePem());
            File.WriteAllText(At("signer.key"), key.ExportPkcs8PrivateKeyPem());
            File.WriteAllText(At("recipient.crt"), recipient.ExportCertificatePem());
            File.WriteAllBytes(At("payload"), payload);
            string[] transport = recipient.GetKeyAlgorithm() == Cms.Names.Rsa
                ? ["-keyopt", "rsa_padding_mode:oaep", "-keyopt", "rsa_oaep_md:sha256", "-keyopt", "rsa_mgf1_md:sha256"]
                : ["-keyopt", "ecdh_kdf_md:sha256"];
            Run([
                "cms", "-encrypt", "-binary", "-outform", "DER", "-aes256", "-in", At("payload"), "-out",
                At("enveloped"),
                "-keyid", "-recip", At("recipient.crt"), .. transport,
            ]);
            Run([
                "cms", "-sign", "-binary", "-nodetach", "-outform", "DER", "-md", "sha256", "-nosmimecap",
                "-econtent_type", "pkcs7-envelopedData", "-in", At("enveloped"), "-out", At("signed"),
                "-signer", At("signer.crt"), "-inkey", At("signer.key"),
            ]);
            return File.ReadAllBytes(At("signed"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Run(string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("openssl", arguments))!;
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"openssl {string.Join(' ', arguments)} failed.");
    }
}
