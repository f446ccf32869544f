using System.Security.Cryptography;
using System.Text;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;

namespace OnnxSplitter.Protection.Images;

/// <summary>Reads examples of any kind: a <c>.npz</c> file, a folder of test data sets, a folder of images.</summary>
public static class ExampleReader
{
    /// <summary>Reads examples and checks them against a model's inputs.</summary>
    /// <param name="path">File or folder.</param>
    /// <param name="inputs">What they have to fit.</param>
    /// <param name="images">How images become the model's input.</param>
    /// <param name="classes">Labels of the classes that are measured, in order; null if they are not known.</param>
    /// <exception cref="DataFormatException">They can't be read or do not fit.</exception>
    public static Dataset Read(string path, IReadOnlyList<ModelInput> inputs, ImageOptions images,
        IReadOnlyList<string>? classes = null) =>
        Directory.Exists(path) && TestDataSets.In(path).Count == 0
            ? ImageFolder.Read(path, inputs, images)
            : Dataset.Read(path, inputs, classes);

    /// <summary>SHA-256 of a file; of a folder, of the names and digests of all files in it.</summary>
    /// <exception cref="ModelFormatException">A file can't be read.</exception>
    public static byte[] Digest(string path)
    {
        if (!Directory.Exists(path)) return ModelFile.Digest(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Directory.GetFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetRelativePath(path, file) + "\n"));
            hash.AppendData(ModelFile.Digest(file));
        }

        return hash.GetHashAndReset();
    }

    /// <summary>Bytes of a file, or of all files in a folder.</summary>
    public static long Length(string path) => Directory.Exists(path)
        ? Directory.GetFiles(path, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length)
        : new FileInfo(path).Length;
}
