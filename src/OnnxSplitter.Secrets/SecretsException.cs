using OnnxSplitter.Onnx;

namespace OnnxSplitter.Secrets;

/// <summary>Secrets that are refused.</summary>
/// <remarks>
/// A message depends on the <see cref="SecretsFailure"/> and on what anybody can see: whom the file names, and whose
/// certificates were given. There is never an inner exception. Whoever can tell a wrong key
/// from bad padding or from a malformed content has a padding oracle (Bleichenbacher 1998 for RSA, Vaudenay 2002 for
/// CBC). AES-CBC alone also lets an attacker alter the content; that is why the signature, which covers the
/// ciphertext, is verified before anything is decrypted.
/// </remarks>
public sealed class SecretsException : OnnxSplitterException
{
    private SecretsException(SecretsFailure failure, string message, string remedy)
        : base(message, remedy) => Failure = failure;

    /// <summary>How far the secrets got.</summary>
    public SecretsFailure Failure { get; }

    internal static SecretsException NotTrusted() => new(
        SecretsFailure.NotTrusted,
        "The file does not hold secrets signed by the trusted signer, or it was altered.",
        "Get the secrets again from whoever made them, and check that the signer's certificate is theirs.");

    /// <param name="who">Whom they are sealed to, and who was given, by what is public of both.</param>
    internal static SecretsException NotOpened(string who = "") => new(
        SecretsFailure.NotOpened,
        $"No identity given opens these secrets{who}.",
        "Use an identity that the secrets were sealed to, or have them sealed to yours.");
}
