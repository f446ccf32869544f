using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Tests.Protection;

/// <summary>Jobs on small models, with keys and a folder of their own.</summary>
internal sealed class SmallJobs : IDisposable
{
    /// <summary>Who signs, and who opens.</summary>
    public static X509Certificate2 Key { get; } = KeyFiles.Create("small jobs");

    private readonly Identity _signer = Identity.Of(Key);

    public TemporaryFolder Folder { get; } = new();

    /// <summary>A job on a model that is written first; so small that stealth would leave it too few values.</summary>
    public ProtectionOptions Of(SmallModel model) =>
        new(model.Write(Folder["model.onnx"]), Folder["out.onnx"], Folder["out.p7m"], _signer, [Key])
        {
            Search = new SearchSettings { Stealth = StealthKind.Off },
        };

    public void Dispose()
    {
        _signer.Dispose();
        Folder.Dispose();
    }
}
