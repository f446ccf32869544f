using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Runtime;

/// <summary>A model restored in memory for whoever has an ONNX Runtime of his own.</summary>
internal sealed class RestoredModel : IDisposable
{
    private readonly RestoredMemory _memory;

    private RestoredModel(RestoredMemory memory)
    {
        _memory = memory;
        Parts = [.. memory.ForSession];
    }

    /// <summary>
    /// Name, address and length of the <c>.onnx</c> file, whose name is empty, then of each data file under each name
    /// that the model has for it. They end with this object.
    /// </summary>
    public IReadOnlyList<(string Name, nint Address, long Length)> Parts { get; }

    /// <summary>Verifies and opens a secrets file, and restores its model.</summary>
    /// <param name="model">The obfuscated model.</param>
    /// <param name="secrets">The secrets file.</param>
    /// <param name="trustedSigner">Whose signature vouches for secrets.</param>
    /// <param name="identities">Tried in this order. Still the caller's to dispose.</param>
    /// <param name="options">How. There is no session, so digests are compared before this returns, or never.</param>
    /// <returns>The caller disposes it.</returns>
    /// <exception cref="Onnx.OnnxSplitterException">As for <see cref="ProtectedModel"/>.</exception>
    public static RestoredModel Open(
        FileSource model,
        FileSource secrets,
        TrustedSigner trustedSigner,
        IReadOnlyList<Identity> identities,
        ProtectedModelOptions options)
    {
        using var opened = SecretsEnvelope.Open(secrets.ReadSecrets(), trustedSigner, identities, options.Terms);
        using var restorer = new Restorer(model, opened, options.DataFolder);
        var memory = RestoredMemory.Of(restorer, options.Digests);
        try
        {
            if (options.Digests != DataDigests.Never) memory.CheckParts().GetAwaiter().GetResult();
            memory.TakeNested();
            foreach (var part in memory.Parts) part.RefuseChange();
            return new RestoredModel(memory);
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    /// <summary>Zeroes and unmaps everything.</summary>
    public void Dispose() => _memory.Dispose();
}
