using System.Runtime.ExceptionServices;
using System.Security.Cryptography.X509Certificates;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Onnx;
using OnnxSplitter.Runtime.Ort;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Runtime;

/// <summary>Opens protected models in ONNX Runtime without the restored weights touching the disk.</summary>
/// <remarks>
/// <para>
/// Data files are mapped privately and patched there; ONNX Runtime borrows these mappings. So opening costs the pages
/// that were changed, whatever the model's size. What it costs beyond a plain open is checking the digests.
/// </para>
/// <para>
/// ONNX Runtime can be told to write what it has loaded: <see cref="SessionWrites"/> lists what is refused. Options of
/// an execution provider that are set by an object of its own are not seen, so a host leaves caches and dumps off there
/// itself. Memory dumps and swap hold the restored weights for as long as the session lives. ONNX Runtime's telemetry,
/// which from 1.29 on records models' names and digests of weights on Linux and macOS too, is turned off for the
/// process here; a host that sets the variable <c>ORT_DISABLE_TELEMETRY=1</c> before it starts keeps the rest of it off
/// as well.
/// </para>
/// </remarks>
public static class ProtectedModel
{
    /// <summary>Verifies and opens a secrets file, restores its model in memory and makes a session of it.</summary>
    /// <param name="model">The obfuscated model.</param>
    /// <param name="secrets">The secrets file.</param>
    /// <param name="trustedSigner">Whose signature vouches for secrets: a pinned certificate, or an authority.</param>
    /// <param name="identity">Certificate with a private key that the secrets were sealed to.</param>
    /// <param name="options">How; null for the usual way.</param>
    /// <returns>
    /// A session over the original model, or, with compact secrets, over one close to it. The caller disposes it.
    /// </returns>
    /// <exception cref="Secrets.SecretsException">The secrets are not trusted or not opened.</exception>
    /// <exception cref="Secrets.TermsException">The secrets are for another audience or another time.</exception>
    /// <exception cref="Secrets.SecretsFileException">The secrets file can't be read.</exception>
    /// <exception cref="Secrets.CertificateException">The identity has no private key that opens secrets.</exception>
    /// <exception cref="ModelMismatchException">The model and the secrets do not belong together.</exception>
    /// <exception cref="ModelFormatException">The model can't be read, or its files changed meanwhile.</exception>
    /// <exception cref="UnsafeOptionsException">The options would bring restored weights to the disk.</exception>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime can't load the original model either.</exception>
    public static ProtectedSession Open(
        FileSource model,
        FileSource secrets,
        TrustedSigner trustedSigner,
        X509Certificate2 identity,
        ProtectedModelOptions? options = null)
    {
        using var opener = Identity.Of(identity);
        return Open(model, secrets, trustedSigner, [opener], options);
    }

    /// <summary>The same for keys wherever they lie.</summary>
    /// <param name="model">The obfuscated model.</param>
    /// <param name="secrets">The secrets file.</param>
    /// <param name="trustedSigner">Whose signature vouches for secrets: a pinned certificate, or an authority.</param>
    /// <param name="identities">Tried in this order. Still the caller's to dispose.</param>
    /// <param name="options">How; null for the usual way.</param>
    /// <returns>As above.</returns>
    /// <exception cref="OnnxSplitterException">As above.</exception>
    /// <exception cref="OnnxRuntimeException">As above.</exception>
    public static ProtectedSession Open(
        FileSource model,
        FileSource secrets,
        TrustedSigner trustedSigner,
        IReadOnlyList<Identity> identities,
        ProtectedModelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        RefusedOptions.Check(options?.Session, options?.Allowed ?? default);
        using var opened = SecretsEnvelope.Open(secrets.ReadSecrets(), trustedSigner, identities, options?.Terms);
        return Open(model, opened, options);
    }

    /// <summary>The same with secrets that are open already.</summary>
    /// <param name="model">The obfuscated model.</param>
    /// <param name="secrets">Its secrets. Still the caller's to dispose.</param>
    /// <param name="options">How; null for the usual way. Terms are not looked at.</param>
    /// <returns>As above.</returns>
    /// <exception cref="ModelMismatchException">The model and the secrets do not belong together.</exception>
    /// <exception cref="ModelFormatException">The model can't be read, or its files changed meanwhile.</exception>
    /// <exception cref="UnsafeOptionsException">The options would bring restored weights to the disk.</exception>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime can't load the original model either.</exception>
    public static ProtectedSession Open(
        FileSource model, ModelSecrets secrets, ProtectedModelOptions? options = null) =>
        Open(model, secrets, options, part: null);

    /// <summary>The same for a part of the model.</summary>
    /// <param name="model">As above.</param>
    /// <param name="secrets">As above.</param>
    /// <param name="options">As above.</param>
    /// <param name="part">
    /// Makes of the restored <c>.onnx</c> file what is opened, in an array that the garbage collector never moves; null
    /// for all of it.
    /// </param>
    internal static ProtectedSession Open(
        FileSource model, ModelSecrets secrets, ProtectedModelOptions? options, Func<byte[], byte[]>? part)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(secrets);
        options ??= new ProtectedModelOptions();
        RefusedOptions.Check(options.Session, options.Allowed);
        using var restorer = new Restorer(model, secrets, options.DataFolder);
        var memory = RestoredMemory.Of(restorer, options.Digests);
        try
        {
            if (part is not null) memory.Narrow(part);
            memory.TakeNested();
            using var own = OwnOptions.Copy(options.Session);
            RefusedOptions.TakeBack(own, options.Allowed);
            memory.GiveTo(own);
            OrtEnv.Instance().DisableTelemetryEvents();
            var session = Load(memory, own, options.Digests);
            memory.ZeroModel();

            // Their copy refers to what they hold.
            GC.KeepAlive(options.Session);
            return session;
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    /// <summary>Makes the session, and keeps it back until the digests hold.</summary>
    private static ProtectedSession Load(RestoredMemory memory, SessionOptions own, DataDigests digests)
    {
        var check = digests == DataDigests.Never ? Task.CompletedTask : memory.CheckParts();
        if (digests == DataDigests.Before) check.GetAwaiter().GetResult();
        ProtectedSession? session = null;
        ExceptionDispatchInfo? failed = null;
        try
        {
            session = new ProtectedSession(memory, own);
        }
        catch (Exception e)
        {
            failed = ExceptionDispatchInfo.Capture(e);
        }

        try
        {
            // Of what went wrong, that the bytes are others is the reason.
            check.GetAwaiter().GetResult();
            foreach (var part in memory.Parts) part.RefuseChange();
            failed?.Throw();
            return session!;
        }
        catch
        {
            session?.Dispose();
            throw;
        }
    }
}
