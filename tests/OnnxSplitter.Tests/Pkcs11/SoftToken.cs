using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Tests.Pkcs11;

/// <summary>A SoftHSM token with some of the tests' keys, made by <c>tests/tokens/softhsm.sh</c>.</summary>
public sealed class SoftToken : IDisposable
{
    public const string Pin = "4321";

    private readonly TemporaryFolder _folder = new();

    public SoftToken()
    {
        if (!Peer.Runs("softhsm2-util", "--version") || !Peer.Runs("opensc-tool", "--version")) return;
        foreach (var (name, certificate) in Keys)
            KeyFiles.WritePem(certificate, _folder[$"{name}.pem"], _folder[$"{name}.crt"], overwrite: false);
        Module = Peer.Run(Path.Combine(Repository.Root, "tests", "tokens", "softhsm.sh"),
            [_folder.Root, Pin, .. Keys.Keys])
            .Trim();
        File.WriteAllText(PinFile, Pin + "\n");
    }

    /// <summary>The variable by which SoftHSM finds its configuration, and so this token.</summary>
    public const string Variable = "SOFTHSM2_CONF";

    public string Configuration => _folder["softhsm2.conf"];

    public string? Module { get; }

    public string PinFile => _folder["pin"];

    internal static IReadOnlyDictionary<string, X509Certificate2> Keys { get; } =
        new Dictionary<string, X509Certificate2>
        {
            ["rsa"] = Secrets.TestKeys.Alice,
            ["p256"] = Secrets.TestKeys.Dora,
            ["p384"] = Secrets.TestKeys.Emil,
        };

    public void Require() => Assert.SkipUnless(Module is not null, "SoftHSM (softhsm2, opensc) is not installed.");

    /// <summary>Makes the library find this token in this process, where one token can be found at a time.</summary>
    public void UseHere()
    {
        Require();
        NativeEnvironment.Set(Variable, Configuration);
    }

    public string Uri(string name) =>
        $"pkcs11:token=onnxsplit;object={name}?module-path={Module}&pin-source=file://{PinFile}";

    public void Dispose() => _folder.Dispose();
}
