using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Secrets.Payload;
using static OnnxSplitter.Tests.Secrets.TestKeys;

namespace OnnxSplitter.Tests.Secrets;

/// <summary>What is sealed here, opened by the programs of tools/readers; docs/format.md has a table of them.</summary>
public sealed class OtherReadersTests : IDisposable
{
    private const string Jars = "/usr/share/java";

    private static readonly string Tool = Path.Combine(Repository.Root, "tools", "readers");

    private readonly TemporaryFolder _folder = new();

    /// <summary>Every kind of signature and of recipient.</summary>
    public static TheoryData<string, bool, string> Kinds => new()
    {
        { nameof(Signer), false, nameof(Alice) },
        { nameof(Signer), true, nameof(Alice) },
        { nameof(EllipticSigner), false, nameof(Dora) },
        { nameof(P384Signer), false, nameof(Emil) },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void BouncyCastle_verifies_and_decrypts_to_the_payload(string signer, bool pss, string recipient)
    {
        string[] jars = [.. new[] { "bcprov", "bcpkix", "bcutil" }.Select(name => Path.Combine(Jars, $"{name}.jar"))];
        Peer.Require("javac", "-version");
        if (!jars.All(File.Exists)) Assert.Skip("BouncyCastle is not installed: apt-get install libbcpkix-java.");
        Seal(signer, pss, recipient);

        Run("java", "-cp", string.Join(Path.PathSeparator, jars), Path.Combine(Tool, "BouncyCastle.java"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Pkijs_verifies_and_decrypts_to_the_payload(string signer, bool pss, string recipient)
    {
        Peer.Require("node", "--version");
        if (!Directory.Exists(Path.Combine(Tool, "node_modules")))
            Assert.Skip("tools/readers is not installed: run `npm ci` there.");
        Seal(signer, pss, recipient);

        Run("node", Path.Combine(Tool, "pkijs.mjs"));
    }

    public void Dispose() => _folder.Dispose();

    private void Seal(string signer, bool pss, string recipient)
    {
        var device = recipient switch { nameof(Dora) => Dora, nameof(Emil) => Emil, _ => Alice };
        using var identity = Identity.Of(Named(signer));
        X509Certificate2[] recipients = [Bob, EllipticSigner, P384Signer, device];
        File.WriteAllBytes(_folder["secrets.p7m"],
            SecretsEnvelope.Seal(SampleSecrets.Of(), identity, recipients, new SealOptions { Pss = pss }));
        KeyFiles.WritePem(Named(signer), _folder["signer.pem"], _folder["signer.crt"], overwrite: false);
        KeyFiles.WritePem(device, _folder["device.pem"], _folder["device.crt"], overwrite: false);
    }

    private void Run(string program, params string[] arguments)
    {
        Peer.Run(program,
        [
            .. arguments, _folder["secrets.p7m"], _folder["signer.crt"], _folder["device.pem"], _folder["payload.onnx"],
        ]);
        Assert.Equal(ModelSecretsCodec.Encode(SampleSecrets.Of()), File.ReadAllBytes(_folder["payload.onnx"]));
    }
}
