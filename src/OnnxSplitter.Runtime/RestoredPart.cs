using System.Security.Cryptography;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Runtime;

/// <summary>One file of a model that is being restored. Digests are of the very bytes that are used.</summary>
internal sealed class RestoredPart : IDisposable
{
    private readonly ModelFile _model;
    private readonly ProtectedFile _expected;
    private readonly Func<Stream, IReadOnlyList<BytePatch>> _locate;
    private readonly Func<IPieceChange?> _changeOf;
    private IReadOnlyList<BytePatch>? _patches;

    /// <param name="model">The obfuscated model.</param>
    /// <param name="name">Name of a data file, or empty for the <c>.onnx</c> file.</param>
    /// <param name="expected">What the secrets say about it.</param>
    /// <param name="locate">Says what restoring it replaces.</param>
    /// <param name="changeOf">Says, of keyed secrets, what restoring makes of it; gives null of others.</param>
    public RestoredPart(
        ModelFile model, string name, ProtectedFile expected, Func<Stream, IReadOnlyList<BytePatch>> locate,
        Func<IPieceChange?> changeOf)
    {
        (_model, Name, _expected, _locate, _changeOf) = (model, name, expected, locate, changeOf);
        Obfuscated = model.OpenPart(name);
    }

    /// <summary>Name of a data file, or empty for the <c>.onnx</c> file.</summary>
    public string Name { get; }

    /// <summary>The file as it lies there.</summary>
    public Stream Obfuscated { get; }

    /// <summary>What restoring replaces, ascending; nothing, of keyed secrets. Zeroed with this object.</summary>
    /// <exception cref="ModelMismatchException">The secrets name a tensor that the model does not have.</exception>
    public IReadOnlyList<BytePatch> Patches => _patches ??= Found(() => _locate(Obfuscated));

    /// <summary>What restoring makes of the file, of keyed secrets; null of others.</summary>
    /// <exception cref="ModelMismatchException">The secrets name a tensor that the model does not have.</exception>
    public IPieceChange? Change => Found(_changeOf);

    /// <summary>Restores into a new file.</summary>
    /// <exception cref="ModelMismatchException">The result is not what the secrets say.</exception>
    /// <exception cref="ModelFormatException">The file can't be read, or changed meanwhile.</exception>
    /// <remarks>
    /// The obfuscated file's digest is not taken: from another file the right result can't come, except from one that
    /// differs in the replaced weights alone. Restoring a large model takes about as long as one digest of it.
    /// </remarks>
    public void CopyTo(FileStream output) => CheckRestored(
        Change is { } change ? ChangedCopy.Run(Obfuscated, output, change, before: false)!.After
            : PatchedCopy.Run(Obfuscated, output, clone: true, Patches)[0]);

    /// <summary>Restores into memory.</summary>
    /// <param name="shipped">
    /// Whether the file must be the shipped one to the last bit. Else, as for a file, what the replaced weights held
    /// does not matter; the result is the same.
    /// </param>
    /// <returns>An array that the garbage collector never moves. The caller zeroes it.</returns>
    /// <exception cref="ModelMismatchException">The file or the result is not what the secrets say.</exception>
    /// <exception cref="ModelFormatException">
    /// The file can't be read, changed meanwhile, or is longer than an array can be.
    /// </exception>
    public byte[] ToArray(bool shipped)
    {
        if (Obfuscated.Length > Array.MaxLength)
            throw new ModelFormatException(
                $"{_model.PathOf(Name)} has {Obfuscated.Length} bytes; at most {Array.MaxLength} (2 GB) are restored "
                + "in memory.", "Restore it to a file.");
        var bytes = GC.AllocateUninitializedArray<byte>((int)Obfuscated.Length, pinned: true);
        try
        {
            if (Change is { } change)
            {
                var digests = ChangedCopy.Read(Obfuscated, bytes, change, before: shipped);
                if (shipped) CheckObfuscated(digests.Before);
                CheckRestored(digests.After);
            }
            else if (shipped)
            {
                var digests = PatchedCopy.Read(Obfuscated, bytes, [], Patches);
                CheckObfuscated(digests[0]);
                CheckRestored(digests[1]);
            }
            else CheckRestored(PatchedCopy.Read(Obfuscated, bytes, Patches)[0]);
            return bytes;
        }
        catch
        {
            CryptographicOperations.ZeroMemory(bytes);
            throw;
        }
    }

    /// <summary>Looks whether restoring would give what the secrets say. Nothing is kept.</summary>
    /// <exception cref="ModelMismatchException">A digest, before or after, is not what the secrets say.</exception>
    /// <exception cref="ModelFormatException">The file can't be read, or changed meanwhile.</exception>
    public void Verify()
    {
        var (before, after) = Change is { } change
            ? ChangedCopy.Run(Obfuscated, output: null, change, before: true)!
            : Digests(PatchedCopy.Run(Obfuscated, output: null, clone: false, [], Patches));
        CheckObfuscated(before);
        CheckRestored(after);

        static ChangedDigests Digests(byte[][] digests) => new(digests[0], digests[1]);
    }

    /// <summary>Restores a data file into memory that is a mapping of it.</summary>
    /// <param name="digest">Whether its digest will be asked for: then it is taken now where that is cheaper.</param>
    /// <returns>Not checked yet. The caller disposes it.</returns>
    /// <exception cref="ModelMismatchException">The secrets name a tensor that the model does not have.</exception>
    /// <exception cref="ModelFormatException">The file can't be mapped, or changed meanwhile.</exception>
    public MappedPart Map(bool digest)
    {
        var mapping = _model.MapPart(Name);
        try
        {
            // To write to a page that the file no longer has would end the process.
            RefuseChange();
            byte[] sha256 = [];
            if (Change is { } change) sha256 = mapping.Write(change, RefuseChange, digest);
            else mapping.Write(Patches);
            return new MappedPart(_model, _expected, mapping, sha256);
        }
        catch
        {
            mapping.Dispose();
            throw;
        }
    }

    /// <summary>What is said of a file that changed.</summary>
    public static ModelFormatException Changed(string path) =>
        new($"{path} was written to while it was read.", "Check that nothing else writes to it.");

    /// <inheritdoc/>
    public void Dispose()
    {
        Obfuscated.Dispose();
        BytePatch.Zero(_patches ?? []);
    }

    private void RefuseChange()
    {
        if (_model.HasChanged(Name)) throw Changed(_model.PathOf(Name));
    }

    private T Found<T>(Func<T> find)
    {
        try
        {
            return find();
        }
        catch (ModelMismatchException)
        {
            // Of a file that was altered, what it lacks is not the reason.
            Obfuscated.Position = 0;
            CheckObfuscated(SHA256.HashData(Obfuscated));
            throw;
        }
    }

    private void CheckObfuscated(byte[] sha256)
    {
        if (!sha256.AsSpan().SequenceEqual(_expected.Sha256Obfuscated)) throw Mismatch("its SHA-256 is another");
    }

    private void CheckRestored(byte[] sha256)
    {
        if (!sha256.AsSpan().SequenceEqual(_expected.Sha256Restored))
            throw Mismatch("restoring does not give what they say");
    }

    private OnnxSplitterException Mismatch(string why) =>
        _model.HasChanged(Name) ? Changed(_model.PathOf(Name)) : new ModelMismatchException(_model.PathOf(Name), why);
}
