using Microsoft.ML.OnnxRuntimeGenAI;
using OnnxSplitter.Onnx;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.GenAI;

/// <summary>Puts restored models in the place of protected ones in a folder of ONNX Runtime GenAI.</summary>
/// <remarks>
/// <para>
/// GenAI makes its sessions itself. It takes the bytes of an <c>.onnx</c> file (<see cref="Config.AddModelData"/>), but
/// no data files: those ONNX Runtime reads from the folder. So the restored tensors move into the bytes, and what
/// nothing was changed in stays where it is.
/// </para>
/// <para>
/// Not seen are options that are set on the <see cref="Config"/> after this, by <see cref="Config.Overlay"/> for one.
/// </para>
/// </remarks>
public static class ProtectedConfig
{
    /// <summary>
    /// Verifies and opens a secrets file, restores its model in memory, and has the configuration use that.
    /// </summary>
    /// <param name="config">The folder's configuration. Still the caller's to dispose.</param>
    /// <param name="folder">The folder that <paramref name="config"/> is of.</param>
    /// <param name="fileName">The obfuscated model's name, as <c>genai_config.json</c> has it.</param>
    /// <param name="secrets">The secrets file.</param>
    /// <param name="trustedSigner">Whose signature vouches for secrets: a pinned certificate, or an authority.</param>
    /// <param name="identities">Tried in this order. Still the caller's to dispose.</param>
    /// <param name="options">
    /// How; null for the usual way. GenAI makes the session options, and digests of data files are compared before
    /// ONNX Runtime reads them, or never.
    /// </param>
    /// <returns>
    /// The memory that the configuration refers to, which the caller disposes: not before the last
    /// <see cref="Model"/> was made of it, nor, where it says <c>session.use_ort_model_bytes_directly</c>, before these
    /// are disposed.
    /// </returns>
    /// <exception cref="OnnxSplitterException">As for <see cref="ProtectedModel"/>.</exception>
    /// <exception cref="UnsafeOptionsException">
    /// <c>genai_config.json</c> would bring restored weights to the disk.
    /// </exception>
    public static RestoredBytes AddProtectedModel(
        this Config config,
        string folder,
        string fileName,
        FileSource secrets,
        TrustedSigner trustedSigner,
        IReadOnlyList<Identity> identities,
        ProtectedModelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentException.ThrowIfNullOrEmpty(fileName);
        options ??= new ProtectedModelOptions();
        if (options.Session is not null)
            throw new ArgumentException("GenAI makes the session options.", nameof(options));
        ConfigEntries.Check(folder, options.Allowed);
        var restored = RestoredBytes.Open(
            Path.Combine(folder, fileName), secrets, trustedSigner, identities, options);
        try
        {
            config.AddModelData(fileName, restored.Bytes);
            return restored;
        }
        catch
        {
            restored.Dispose();
            throw;
        }
    }
}
