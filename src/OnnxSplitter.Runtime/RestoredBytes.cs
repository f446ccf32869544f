using System.Security.Cryptography;
using OnnxSplitter.Onnx;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Runtime;

/// <summary>
/// A restored model as one <c>.onnx</c> file in memory, for whoever takes no data files from there: tensors that
/// restoring changes are in it, all others where they were.
/// </summary>
public sealed class RestoredBytes : IDisposable
{
    private RestoredBytes(byte[] bytes) => Bytes = bytes;

    /// <summary>
    /// The model, in an array that the garbage collector never moves; zeroed when this is disposed. Data files lie
    /// beside the obfuscated model.
    /// </summary>
    public byte[] Bytes { get; }

    /// <summary>Verifies and opens a secrets file, and restores its model.</summary>
    /// <param name="model">The obfuscated model.</param>
    /// <param name="secrets">The secrets file.</param>
    /// <param name="trustedSigner">Whose signature vouches for secrets: a pinned certificate, or an authority.</param>
    /// <param name="identities">Tried in this order. Still the caller's to dispose.</param>
    /// <param name="options">
    /// How; null for the usual way. Session options are not looked at. Digests of data files are compared now or never:
    /// who writes to them later is not noticed.
    /// </param>
    /// <returns>The caller disposes it.</returns>
    /// <exception cref="OnnxSplitterException">As for <see cref="ProtectedModel"/>.</exception>
    /// <exception cref="ModelFormatException">
    /// The model can't be read, or does not fit into memory with its touched tensors (2 GB).
    /// </exception>
    public static RestoredBytes Open(
        FileSource model,
        FileSource secrets,
        TrustedSigner trustedSigner,
        IReadOnlyList<Identity> identities,
        ProtectedModelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(secrets);
        using var opened = SecretsEnvelope.Open(secrets.ReadSecrets(), trustedSigner, identities, options?.Terms);
        using var restorer = new Restorer(model, opened, options?.DataFolder);
        using var sink = new InliningSink(options?.Digests != DataDigests.Never);
        try
        {
            restorer.Run(sink);
            return new RestoredBytes(sink.ToArray());
        }
        catch (OverflowException e)
        {
            throw new ModelFormatException(
                $"The touched tensors of {restorer.Model.FilePath} do not fit into a model in memory (2 GB).",
                "Restore it to files, or protect it with fewer touched tensors.", e);
        }
    }

    /// <summary>Zeroes it.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(Bytes);
}
