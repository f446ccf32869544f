using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Pkcs11;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Hosting;

/// <summary>Gets keys, certificates and secrets from where the command line says.</summary>
/// <param name="streams">What <c>-</c> means.</param>
/// <param name="passphraseFile">
/// File whose first line is the passphrase; null for the variable ONNXSPLIT_PASSPHRASE or a prompt.
/// </param>
public sealed class KeyReader(Streams streams, string? passphraseFile)
{
    private const string PassphraseVariable = "ONNXSPLIT_PASSPHRASE";
    private const string StandardInput = "Standard input";
    private const string ModuleVariable = "ONNXSPLIT_PKCS11_MODULE";

    /// <summary>
    /// Loads an identity: a file, <c>-</c>, <c>store:THUMBPRINT</c>, a PKCS#11 URI, or <c>exec:COMMAND</c>. The caller
    /// disposes it.
    /// </summary>
    public Identity Identity(string source)
    {
        if (source != Streams.Standard)
            return IdentitySource.Load(
                IdentitySource.IsFile(source) ? Whole(source) : source, Passphrase,
                Environment.GetEnvironmentVariable(ModuleVariable));
        var content = streams.ReadInput(KeyFiles.MaxLength);
        try
        {
            return KeyFiles.ParseIdentity(content, StandardInput, Passphrase);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    /// <summary>Loads several identities, in order. The caller disposes the list.</summary>
    public Owned<Identity> Identities(IEnumerable<string> sources) => new(sources.Select(Identity));

    /// <summary>Loads a certificate: a file, or <c>-</c>. The caller disposes it.</summary>
    public X509Certificate2 Certificate(string source) => Certificate(source, out _);

    /// <summary>
    /// Loads recipients, and warns about those that are named twice or come with their private key. The caller disposes
    /// them.
    /// </summary>
    /// <param name="sources">Certificates.</param>
    /// <param name="lists">Files, or <c>-</c>, with one path of a certificate per line.</param>
    public RecipientList Recipients(IEnumerable<string> sources, IEnumerable<string> lists)
    {
        var recipients = new RecipientList();
        try
        {
            foreach (var source in sources.Concat(lists.SelectMany(Paths)))
                if (!recipients.Add(Recipient(source)))
                    streams.Error.WriteLine(
                        $"warning: {source} is the certificate of a recipient that was named before.");
            return recipients;
        }
        catch
        {
            recipients.Dispose();
            throw;
        }
    }

    /// <summary>Reads a secrets file, or <c>-</c>.</summary>
    public byte[] Secrets(string source)
    {
        if (source != Streams.Standard) return SecretsEnvelope.ReadFile(Whole(source));
        var content = streams.ReadInput(SecretsEnvelope.MaxLength);
        SecretsEnvelope.RefuseText(content, StandardInput);
        return content;
    }

    private X509Certificate2 Certificate(string source, out bool besideKey) => source == Streams.Standard
        ? KeyFiles.ParseCertificate(streams.ReadInput(KeyFiles.MaxLength), StandardInput, out besideKey)
        : KeyFiles.LoadCertificate(Whole(source), out besideKey);

    private X509Certificate2 Recipient(string source)
    {
        var certificate = Certificate(source, out var besideKey);
        if (besideKey)
            streams.Error.WriteLine(
                $"warning: {source} holds a private key too, which is not needed to seal to it: keep that with its "
                + "owner, and pass the certificate alone.");
        return certificate;
    }

    /// <summary>
    /// A file that belongs to others, which a kill of an earlier command may have left without their names.
    /// </summary>
    private static string Whole(string path)
    {
        FileCommit.Recover(path);
        return path;
    }

    private IEnumerable<string> Paths(string list) => list == Streams.Standard
        ? RecipientList.ParsePaths(streams.ReadInput(KeyFiles.MaxLength), StandardInput, folder: string.Empty)
        : RecipientList.ReadPaths(list);

    private char[]? Passphrase(string name)
    {
        if (passphraseFile is not null) return KeyFiles.PassphraseText(FirstLine(passphraseFile));
        return Environment.GetEnvironmentVariable(PassphraseVariable) is { Length: > 0 } value
            ? value.ToCharArray()
            : streams.AskPassphrase?.Invoke(name);
    }

    private byte[] FirstLine(string path) => path == Streams.Standard
        ? KeyFiles.ParsePassphrase(streams.ReadInput(KeyFiles.MaxLength), StandardInput)
        : KeyFiles.ReadPassphrase(path);
}
