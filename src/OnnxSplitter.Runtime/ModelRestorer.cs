using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Runtime;

/// <summary>
/// Turns an obfuscated model and its secrets back into the original model, bit for bit; with compact secrets, into the
/// model that is close to it, of a digest known beforehand too.
/// </summary>
/// <remarks>
/// Digests are taken of the very bytes that are used: a file that changes while it is read is refused, not restored
/// wrongly.
/// </remarks>
public static class ModelRestorer
{
    private const UnixFileMode OwnerAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>
    /// Restores to files. The original weights then lie on the disk in the clear, for the owner of the new files alone
    /// to read; a file that is replaced keeps its mode.
    /// </summary>
    /// <param name="obfuscated">Path of the obfuscated model; not changed, nor are its data files.</param>
    /// <param name="secrets">Its secrets. Still the caller's to dispose.</param>
    /// <param name="output">
    /// Path of the restored model. It and its data files, which go to the same folder under the names that the model
    /// gives them, appear whole, with the right SHA-256, or not at all.
    /// </param>
    /// <param name="overwrite">Whether existing outputs may be replaced.</param>
    /// <exception cref="ModelMismatchException">The model and the secrets do not belong together.</exception>
    /// <exception cref="ModelFormatException">The model can't be read, or changed meanwhile.</exception>
    /// <exception cref="OutputExistsException">
    /// An output exists, or is a file of the obfuscated model itself.
    /// </exception>
    /// <exception cref="OutputFailedException">An output can't be written.</exception>
    public static void RestoreToFile(string obfuscated, ModelSecrets secrets, string output, bool overwrite)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        using var restorer = new Restorer(obfuscated, secrets);
        restorer.Model.RefuseOverwriting(output);
        using var files = new FileCommit();
        restorer.Run(new FileSink(
            files.AddModel(output, restorer.Model.DataFiles.Select(file => file.Name), overwrite, _ => OwnerAlone)));
        files.Commit();
    }

    /// <summary>
    /// Looks whether restoring would give what the secrets say. Nothing is written, and no model held.
    /// </summary>
    /// <param name="obfuscated">Path of the obfuscated model.</param>
    /// <param name="secrets">Its secrets. Still the caller's to dispose.</param>
    /// <exception cref="ModelMismatchException">The model and the secrets do not belong together.</exception>
    /// <exception cref="ModelFormatException">The model can't be read, or changed meanwhile.</exception>
    public static void Verify(string obfuscated, ModelSecrets secrets)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        using var restorer = new Restorer(obfuscated, secrets);
        restorer.Run(new VerifyingSink());
    }

    /// <summary>Restores in memory: nothing is written to the disk.</summary>
    /// <param name="obfuscated">Path of the obfuscated model, below 2 GB.</param>
    /// <param name="secrets">Its secrets. Still the caller's to dispose.</param>
    /// <returns>
    /// The restored model, but for the values in its data files, in an array that the garbage collector never moves, so
    /// that no copy stays behind. The caller zeroes it after use.
    /// </returns>
    /// <exception cref="ModelMismatchException">The model and the secrets do not belong together.</exception>
    /// <exception cref="ModelFormatException">The model can't be read, or is too large for memory.</exception>
    public static byte[] RestoreInMemory(string obfuscated, ModelSecrets secrets)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        using var restorer = new Restorer(obfuscated, secrets);
        var sink = new MemorySink();
        restorer.Run(sink);
        return sink.Model;
    }
}
