using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Native;

/// <summary>From the caller's options to a restored model.</summary>
internal static unsafe class Opening
{
    /// <summary>Reads the options, which end with the call, and restores.</summary>
    /// <returns>The caller disposes it.</returns>
    /// <exception cref="Onnx.OnnxSplitterException">It is refused.</exception>
    public static RestoredModel Open(NativeOptions* given)
    {
        if (given is null) throw new BadArgumentException("options is NULL.", "Give the options.");
        if (given->Size != (nuint)sizeof(NativeOptions))
            throw new BadArgumentException(
                $"options.size is {given->Size} and not {sizeof(NativeOptions)}.",
                "Set it to sizeof(onnxsplit_options), of the header that came with the library.");
        var (model, secrets) = (new GivenFile(given->Model, "model"), new GivenFile(given->Secrets, "secrets"));
        if (given->Model.Path != null && given->DataFolder != null)
            throw new BadArgumentException(
                "data_folder is given beside model.path.",
                "Leave it NULL: data files of a model that is given by its path lie beside it.");
        var (identity, trust) = (new GivenFile(given->Identity, "identity"), new GivenFile(given->Trust, "trust"));
        var options = new ProtectedModelOptions
        {
            Terms = new OpenOptions { Audience = NativeText.ReadString(given->Audience, "audience") },
            DataFolder = NameOf(given->DataFolder, "data_folder"),
            Digests = given->Digests switch
            {
                0 => DataDigests.Before,
                1 => DataDigests.Never,
                _ => throw new BadArgumentException(
                    $"digests is {given->Digests}.", "Give one of ONNXSPLIT_DIGESTS_BEFORE and _NEVER."),
            },
        };
        var signer = NameOf(given->SignerName, "signer_name");
        var passphrase = given->Passphrase;
        using var certificate = trust.Read(KeyFiles.LoadCertificate, KeyFiles.ParseCertificate);
        using var key = identity.Read(
            path => KeyFiles.LoadIdentity(path, Passphrase),
            (content, name) => KeyFiles.ParseIdentity(content, name, Passphrase));
        return RestoredModel.Open(
            model.Source, secrets.Source,
            TrustedSigner.Of(certificate, signer),
            [key], options);

        char[]? Passphrase(string name) => NativeText.Read(passphrase, "passphrase");
    }

    private static string? NameOf(byte* text, string field) => NativeText.ReadString(text, field) is not "" and var name
        ? name
        : throw new BadArgumentException($"{field} is empty.", "Give it, or NULL.");
}
