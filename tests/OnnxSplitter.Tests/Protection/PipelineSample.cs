using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Tests.Protection;

/// <summary>Jobs on the repository's models, in a folder of their own.</summary>
internal sealed class PipelineSample : IDisposable
{
    public static X509Certificate2 Key { get; } = KeyFiles.Create("pipeline tests");

    public TemporaryFolder Folder { get; } = new();

    public void Dispose() => Folder.Dispose();

    public ProtectionOptions Options(string model, string name = "out") =>
        new(Repository.Model(model), Folder[$"{name}.onnx"], Folder[$"{name}.p7m"], Identity.Of(Key), [Key]);

    public string Data(int start, int count, bool labels = true) => Examples.Write(
        Folder[$"data-{start}-{count}.npz"], NumpyArchive.Read(Repository.Model("fashion-mnist-calibration.npz")),
        [.. Enumerable.Range(start, count)], labels);

    public static int DifferentWeights(string first, string second)
    {
        var (a, b) = (File.ReadAllBytes(first), File.ReadAllBytes(second));
        Assert.Equal(a.Length, b.Length);
        var words = new HashSet<(string, long)>();
        using var file = ModelFile.Open(first);
        for (var i = 0L; i < a.Length; i++)
        {
            if (a[i] == b[i]) continue;
            var (tensor, part) = file.Weights.Select(t => (t, t.Storage.Parts[0]))
                .Single(pair => pair.Item2.Offset <= i && i < pair.Item2.Offset + pair.Item2.Length);
            words.Add((tensor.Path, (i - part.Offset) / 4));
        }

        return words.Count;
    }
}
