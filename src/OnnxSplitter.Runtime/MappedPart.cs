using System.Runtime.InteropServices;
using System.Security.Cryptography;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Runtime;

/// <summary>A data file in memory, restored there; its digest is of the very bytes that are used.</summary>
/// <param name="model">The obfuscated model, open until all is checked.</param>
/// <param name="expected">What the secrets say about the file.</param>
/// <param name="mapping">The file, patched. This object's to dispose.</param>
/// <param name="known">SHA-256 of the bytes in it, if it was taken; else empty.</param>
internal sealed class MappedPart(ModelFile model, ProtectedFile expected, PrivateMapping mapping, byte[] known)
    : IDisposable
{
    private const int PieceLength = 1 << 20;

    // What an empty file has in the place of an address.
    private static readonly byte[] Nothing = GC.AllocateArray<byte>(1, pinned: true);

    /// <summary>Name in the model.</summary>
    public string Name => expected.Name;

    /// <summary>The file's bytes.</summary>
    public PrivateMapping Mapping => mapping;

    /// <summary>For ONNX Runtime: name, address and length, for each name that the model has for the file.</summary>
    public IEnumerable<(string Name, nint Address, long Length)> ForSession =>
        from name in Spellings().Distinct(StringComparer.Ordinal)
        select (name, mapping.IsInvalid ? Marshal.UnsafeAddrOfPinnedArrayElement(Nothing, 0) : mapping.Address,
            mapping.Length);

    /// <summary>Looks whether it is what the secrets say.</summary>
    /// <exception cref="ModelMismatchException">It is not.</exception>
    /// <exception cref="ModelFormatException">The file changed meanwhile.</exception>
    public void Check()
    {
        if ((known.Length > 0 ? known : Digest()).AsSpan().SequenceEqual(expected.Sha256Restored)) return;
        RefuseChange();
        throw ModelMismatchException.OtherDigest(model.PathOf(Name));
    }

    /// <summary>For those who have read the file since: it is the one that was opened.</summary>
    /// <exception cref="ModelFormatException">The file was written to.</exception>
    public void RefuseChange()
    {
        if (model.HasChanged(Name)) throw RestoredPart.Changed(model.PathOf(Name));
    }

    private byte[] Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (long position = 0; position < mapping.Length; position += PieceLength)
        {
            // A file that was cut since would end the process: look before every piece.
            RefuseChange();
            hash.AppendData(mapping.Read(position, (int)Math.Min(PieceLength, mapping.Length - position)));
        }

        return hash.GetHashAndReset();
    }

    // ONNX Runtime takes ./ away where a name begins with it, and nowhere else.
    private IEnumerable<string> Spellings() =>
        from spelling in model.DataFiles.Single(file => file.Name == Name).Spellings
        select spelling.StartsWith("./", StringComparison.Ordinal) ? spelling[2..] : spelling;

    /// <inheritdoc/>
    public void Dispose() => mapping.Dispose();
}
