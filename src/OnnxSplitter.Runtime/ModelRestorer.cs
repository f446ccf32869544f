using System.Security.Cryptography;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Runtime;

/// <summary>
/// Turns an obfuscated model and its secrets back into the original model, bit for bit; with compact secrets, into the
/// model that is close to it, of a digest known beforehand too.
/// </summary>
/// <remarks>
/// Digests are taken of the very bytes that are used, before and after: a file that changes while it is read is
/// refused, not restored wrongly.
/// </remarks>
public static class ModelRestorer
{
    private const int CopyBuffer = 1 << 17;

    /// <summary>Restores to a file. The original weights then lie on the disk in the clear.</summary>
    /// <param name="obfuscated">Path of the obfuscated model; not changed.</param>
    /// <param name="secrets">Its secrets. Still the caller's to dispose.</param>
    /// <param name="output">Path of the restored model; appears whole, with the right SHA-256, or not at all.</param>
    /// <param name="overwrite">Whether an existing output may be replaced.</param>
    /// <exception cref="ModelMismatchException">The model and the secrets do not belong together.</exception>
    /// <exception cref="ModelFormatException">The model can't be read.</exception>
    /// <exception cref="OutputExistsException">The output exists, or is the obfuscated model itself.</exception>
    /// <exception cref="OutputFailedException">The output can't be written.</exception>
    public static void RestoreToFile(string obfuscated, ModelSecrets secrets, string output, bool overwrite)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        var plan = new RestorePlan(obfuscated, secrets);
        FileIdentity.RefuseSame(obfuscated, output);
        using var input = ModelFile.OpenRead(obfuscated);
        plan.CheckLength(input.Length);
        using var target = OutputFile.Create(output, overwrite);
        target.Write(stream => plan.CheckObfuscated(Copy(input, stream)));
        target.Write(stream =>
        {
            // On the copy, not on the input, which may change after it was hashed.
            plan.CheckLength(stream.Length);
            plan.Patch(stream);
            plan.CheckRestored(RestorePlan.Digest(stream));
        });
        target.Commit();
    }

    /// <summary>Restores in memory: nothing is written to the disk.</summary>
    /// <param name="obfuscated">Path of the obfuscated model, below 2 GB.</param>
    /// <param name="secrets">Its secrets. Still the caller's to dispose.</param>
    /// <returns>
    /// The restored model in an array that the garbage collector never moves, so that no copy stays behind. The caller
    /// zeroes it after use.
    /// </returns>
    /// <exception cref="ModelMismatchException">The model and the secrets do not belong together.</exception>
    /// <exception cref="ModelFormatException">The model can't be read, or is too large for memory.</exception>
    public static byte[] RestoreInMemory(string obfuscated, ModelSecrets secrets)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        var plan = new RestorePlan(obfuscated, secrets);
        using var input = ModelFile.OpenRead(obfuscated);
        plan.CheckLength(input.Length);
        if (input.Length > Array.MaxLength)
            throw new ModelFormatException(
                $"{obfuscated} has {input.Length} bytes; at most {Array.MaxLength} (2 GB) are restored in memory.",
                "Restore it to a file.");

        var model = GC.AllocateUninitializedArray<byte>((int)input.Length, pinned: true);
        var restored = false;
        try
        {
            Fill(model, input, obfuscated);
            plan.CheckObfuscated(SHA256.HashData(model));
            using var stream = new MemoryStream(model);
            plan.Patch(stream);
            plan.CheckRestored(SHA256.HashData(model));
            restored = true;
            return model;
        }
        finally
        {
            if (!restored) CryptographicOperations.ZeroMemory(model);
        }
    }

    /// <summary>Copies and hashes in one pass.</summary>
    private static byte[] Copy(Stream from, Stream to)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[CopyBuffer];
        int read;
        while ((read = from.Read(buffer)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            to.Write(buffer, 0, read);
        }

        return hash.GetHashAndReset();
    }

    private static void Fill(byte[] model, Stream input, string path)
    {
        try
        {
            input.ReadExactly(model);
        }
        catch (IOException e)
        {
            throw new ModelFormatException(
                $"{path} can't be read: {e.Message}", "Check that nothing else writes to it.", e);
        }
    }
}
