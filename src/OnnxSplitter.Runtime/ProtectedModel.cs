using System.Security.Cryptography.X509Certificates;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Onnx;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Runtime;

/// <summary>Opens protected models in ONNX Runtime without the restored weights touching the disk.</summary>
/// <remarks>
/// ONNX Runtime can be told to write what it has loaded. A host must not turn on: an optimised model file (refused
/// here), EP context dumps (<c>ep.context_enable</c>), engine and compilation caches of execution providers
/// (TensorRT, OpenVINO, QNN, CoreML), external initializers saved beside an optimised model. Memory dumps and swap
/// hold the restored weights for as long as the session lives. ONNX Runtime's telemetry, which from 1.29 on records
/// models' names and digests of weights on Linux and macOS too, is turned off for the process here; a host that sets
/// the variable <c>ORT_DISABLE_TELEMETRY=1</c> before it starts keeps the rest of it off as well.
/// </remarks>
public static class ProtectedModel
{
    /// <summary>Verifies and opens a secrets file, restores its model in memory and makes a session of it.</summary>
    /// <param name="obfuscatedPath">
    /// The obfuscated model, with its data files beside it. What is restored, the <c>.onnx</c> file and the touched
    /// tensors of data files, may have 2 GB; everything else is read from the data files as in a plain open.
    /// </param>
    /// <param name="secretsPath">The secrets file.</param>
    /// <param name="trustedSigner">The one certificate that vouches for secrets; pinned.</param>
    /// <param name="identity">Certificate with a private key that the secrets were sealed to.</param>
    /// <param name="options">
    /// Session options, still the caller's to dispose, and not changed: several threads may use one object. Null for
    /// the usual ones.
    /// </param>
    /// <returns>
    /// A session over the original model, or, with compact secrets, over one close to it. The caller disposes it.
    /// </returns>
    /// <exception cref="Secrets.SecretsException">The secrets are not trusted or not opened.</exception>
    /// <exception cref="Secrets.SecretsFileException">The secrets file can't be read.</exception>
    /// <exception cref="Secrets.CertificateException">The identity has no private key that opens secrets.</exception>
    /// <exception cref="ModelMismatchException">The model and the secrets do not belong together.</exception>
    /// <exception cref="ModelFormatException">The model can't be read.</exception>
    /// <exception cref="UnsafeOptionsException">The options would write the restored model to the disk.</exception>
    public static InferenceSession OpenSession(
        string obfuscatedPath,
        string secretsPath,
        X509Certificate2 trustedSigner,
        X509Certificate2 identity,
        SessionOptions? options = null)
    {
        using var opener = Identity.Of(identity);
        return OpenSession(obfuscatedPath, secretsPath, trustedSigner, [opener], opening: null, options);
    }

    /// <summary>
    /// Does the same for signers that an authority vouches for, keys on tokens, and secrets with terms.
    /// </summary>
    /// <param name="obfuscatedPath">The obfuscated model, below 2 GB.</param>
    /// <param name="secretsPath">The secrets file.</param>
    /// <param name="trustedSigner">Whose signature vouches for secrets.</param>
    /// <param name="identities">Tried in this order. Still the caller's to dispose.</param>
    /// <param name="opening">
    /// What the secrets' terms are compared with; null for no audience and the system's clock.
    /// </param>
    /// <param name="options">Session options, still the caller's to dispose; null for the usual ones.</param>
    /// <returns>
    /// A session over the original model, or, with compact secrets, over one close to it. The caller disposes it.
    /// </returns>
    /// <exception cref="Secrets.SecretsException">The secrets are not trusted or not opened.</exception>
    /// <exception cref="Secrets.TermsException">The secrets are for another audience or another time.</exception>
    /// <exception cref="Secrets.SecretsFileException">The secrets file can't be read.</exception>
    /// <exception cref="Secrets.CertificateException">An identity has no private key that opens secrets.</exception>
    /// <exception cref="ModelMismatchException">The model and the secrets do not belong together.</exception>
    /// <exception cref="ModelFormatException">The model can't be read.</exception>
    /// <exception cref="UnsafeOptionsException">The options would write the restored model to the disk.</exception>
    public static InferenceSession OpenSession(
        string obfuscatedPath,
        string secretsPath,
        TrustedSigner trustedSigner,
        IReadOnlyList<Identity> identities,
        OpenOptions? opening,
        SessionOptions? options)
    {
        RefuseLeaks(options);
        using var secrets = SecretsEnvelope.Open(
            SecretsEnvelope.ReadFile(secretsPath), trustedSigner, identities, opening);
        return OpenSession(obfuscatedPath, secrets, options);
    }

    /// <summary>Restores a model in memory with secrets that are open already and makes a session of it.</summary>
    /// <param name="obfuscatedPath">
    /// The obfuscated model, with its data files beside it. What is restored, the <c>.onnx</c> file and the touched
    /// tensors of data files, may have 2 GB; everything else is read from the data files as in a plain open.
    /// </param>
    /// <param name="secrets">Its secrets. Still the caller's to dispose.</param>
    /// <param name="options">
    /// Session options, still the caller's to dispose, and not changed: several threads may use one object. Null for
    /// the usual ones.
    /// </param>
    /// <returns>
    /// A session over the original model, or, with compact secrets, over one close to it. The caller disposes it.
    /// </returns>
    /// <exception cref="ModelMismatchException">The model and the secrets do not belong together.</exception>
    /// <exception cref="ModelFormatException">The model can't be read.</exception>
    /// <exception cref="UnsafeOptionsException">The options would write the restored model to the disk.</exception>
    public static InferenceSession OpenSession(
        string obfuscatedPath, ModelSecrets secrets, SessionOptions? options = null)
    {
        RefuseLeaks(options);
        using var restorer = new Restorer(obfuscatedPath, secrets);
        using var sink = new SessionSink(obfuscatedPath, restorer.Model.Folder);
        restorer.Run(sink);
        OrtEnv.Instance().DisableTelemetryEvents();
        return sink.Open(options);
    }

    private static void RefuseLeaks(SessionOptions? options)
    {
        if (string.IsNullOrEmpty(options?.OptimizedModelFilePath)) return;
        throw new UnsafeOptionsException(
            "The session options ask for an optimised model file: the restored weights would be written to the disk.",
            "Leave OptimizedModelFilePath empty.");
    }
}
