using System.Security.Cryptography;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Secrets;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Runtime;

/// <summary>A model's or a secrets file: by its path, as bytes, or as a stream.</summary>
public abstract class FileSource
{
    private const string FolderProperty =
        $"{nameof(ProtectedModelOptions)}.{nameof(ProtectedModelOptions.DataFolder)}";

    private FileSource()
    {
    }

    /// <summary>A file is meant by its path.</summary>
    public static implicit operator FileSource(string path) => File(path);

    /// <summary>Bytes are the file's content.</summary>
    public static implicit operator FileSource(byte[] content) => Bytes(content);

    /// <summary>A stream gives the file's content.</summary>
    public static implicit operator FileSource(Stream stream) => From(stream);

    /// <summary>A file.</summary>
    /// <param name="path">Its path; a model's data files lie beside it.</param>
    public static FileSource File(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new PathSource(path);
    }

    /// <summary>A file's content.</summary>
    /// <param name="content">Still the caller's, and not to be changed while it is used.</param>
    public static FileSource Bytes(byte[] content)
    {
        ArgumentNullException.ThrowIfNull(content);
        return new ByteSource(content);
    }

    /// <summary>A file's content, from where a stream stands to its end.</summary>
    /// <param name="stream">Read once. Still the caller's to dispose.</param>
    public static FileSource From(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new StreamSource(stream);
    }

    /// <summary>Opens it as a model.</summary>
    /// <param name="secrets">What it has to be: its length, and its SHA-256 if it can't be read as a model.</param>
    /// <param name="dataFolder">Where data files lie of a model that is no file.</param>
    /// <exception cref="ModelMismatchException">It is another file.</exception>
    /// <exception cref="ModelFormatException">It can't be read.</exception>
    internal abstract ModelFile OpenModel(ModelSecrets secrets, string? dataFolder);

    /// <summary>Reads it as secrets.</summary>
    /// <exception cref="SecretsFileException">It can't be read, is too long, or is text.</exception>
    internal abstract byte[] ReadSecrets();

    /// <summary>A model as it was shipped, which nothing is restored in.</summary>
    /// <exception cref="ModelFormatException">It can't be read.</exception>
    internal abstract ShippedModel ReadShipped();

    /// <summary>Refuses a file of another length than the secrets say.</summary>
    internal static void CheckLength(string name, long length, ProtectedFile expected)
    {
        if (length != expected.Length)
            throw new ModelMismatchException(name, $"it has {length} bytes instead of {expected.Length}");
    }

    private static ModelFile OpenModel(byte[] content, ModelSecrets secrets, string? dataFolder)
    {
        var expected = secrets.Files[0];
        CheckLength(ByteSource.Name, content.Length, expected);
        if (dataFolder is null && secrets.Files.Count > 1)
            throw new ModelFormatException(
                "The model in memory has data files, and no folder of them is given.",
                $"Give {FolderProperty}.")
            {
                Properties = [FolderProperty],
            };
        try
        {
            return ModelFile.Of(content, ByteSource.Name, dataFolder);
        }
        catch (ModelFormatException) when (!SHA256.HashData(content).AsSpan().SequenceEqual(expected.Sha256Obfuscated))
        {
            throw ModelMismatchException.OtherDigest(ByteSource.Name);
        }
    }

    private sealed class PathSource(string path) : FileSource
    {
        internal override ModelFile OpenModel(ModelSecrets secrets, string? dataFolder)
        {
            if (dataFolder is not null)
                throw new ModelFormatException(
                    "A folder of data files is given beside the model's path, and data files of a file lie beside it.",
                    $"Leave {FolderProperty} out, or give the model as bytes or as a stream.")
                {
                    Properties = [FolderProperty],
                };
            var expected = secrets.Files[0];
            var file = InputFile.Open(path);
            ModelFile? model = null;
            try
            {
                CheckLength(path, file.Length, expected);
                return model = ModelFile.Open(file);
            }
            catch (ModelFormatException) when (!file.Digest().AsSpan().SequenceEqual(expected.Sha256Obfuscated))
            {
                throw ModelMismatchException.OtherDigest(path);
            }
            finally
            {
                if (model is null) file.Dispose();
            }
        }

        internal override byte[] ReadSecrets() => SecretsEnvelope.ReadFile(path);

        internal override ShippedModel ReadShipped()
        {
            using var file = InputFile.Open(path);
            return new ShippedModel(path, file.Digest(), () => System.IO.File.ReadAllBytes(path));
        }
    }

    private sealed class ByteSource(byte[] content) : FileSource
    {
        public const string Name = "the model in memory";

        internal override ModelFile OpenModel(ModelSecrets secrets, string? dataFolder) =>
            OpenModel(content, secrets, dataFolder);

        internal override byte[] ReadSecrets()
        {
            SecretsEnvelope.RefuseText(content, "The secrets file in memory");
            return content;
        }

        internal override ShippedModel ReadShipped() => new(Name, SHA256.HashData(content), () => content);
    }

    private sealed class StreamSource(Stream stream) : FileSource
    {
        private const string Remedy = "Check what the stream reads.";

        internal override ModelFile OpenModel(ModelSecrets secrets, string? dataFolder)
        {
            var expected = secrets.Files[0];
            if (expected.Length > Array.MaxLength)
                throw new ModelFormatException(
                    $"The model has {expected.Length} bytes; at most {Array.MaxLength} (2 GB) are read from a stream.",
                    "Give its path.");
            var content = new byte[expected.Length];
            int count;
            bool more;
            try
            {
                count = stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
                more = count == content.Length && stream.ReadByte() >= 0;
            }
            catch (IOException e)
            {
                throw new ModelFormatException($"The model's stream can't be read: {e.Message}", Remedy, e);
            }

            CheckLength(ByteSource.Name, more ? count + 1L : count, expected);
            return OpenModel(content, secrets, dataFolder);
        }

        internal override byte[] ReadSecrets()
        {
            using var content = new MemoryStream();
            try
            {
                var piece = new byte[1 << 16];
                for (int count; (count = stream.Read(piece)) > 0;)
                {
                    if (content.Length + count > SecretsEnvelope.MaxLength)
                        throw new SecretsFileException(
                            $"The secrets' stream is longer than {SecretsEnvelope.MaxLength} bytes.", Remedy);
                    content.Write(piece, 0, count);
                }
            }
            catch (IOException e)
            {
                throw new SecretsFileException($"The secrets' stream can't be read: {e.Message}", Remedy, e);
            }

            var bytes = content.ToArray();
            SecretsEnvelope.RefuseText(bytes, "The secrets' stream");
            return bytes;
        }

        internal override ShippedModel ReadShipped()
        {
            using var content = new MemoryStream();
            try
            {
                stream.CopyTo(content);
            }
            catch (IOException e)
            {
                throw new ModelFormatException($"The model's stream can't be read: {e.Message}", Remedy, e);
            }

            return Bytes(content.ToArray()).ReadShipped();
        }
    }
}
