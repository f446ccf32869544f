using OnnxSplitter.Attacks;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Tests.Protection;

namespace OnnxSplitter.Tests.Attacks;

/// <summary>A small classifier of whose weights a few were changed, and what a thief has.</summary>
internal sealed class AttackedModel : IDisposable
{
    private const int Known = 240;
    private const int Asked = 400;

    private readonly TemporaryFolder _folder = new();

    public AttackedModel()
    {
        Original = TinyClassifier.Write(_folder["original.onnx"]);
        Examples = TinyClassifier.WriteExamples(_folder["known.npz"], Known);
        Evaluation = TinyClassifier.WriteExamples(_folder["asked.npz"], Asked);
    }

    public string Original { get; }

    public string Examples { get; }

    public string Evaluation { get; }

    public string State => _folder["state.json"];

    /// <summary>A copy of a model with other values.</summary>
    /// <param name="name">Of the copy.</param>
    /// <param name="change">Gets a tensor's path, an index and the value there.</param>
    public string Changed(string name, Func<string, long, float, float> change)
    {
        var path = _folder[$"{name}.onnx"];
        using var file = ModelFile.Open(Original);
        WeightBits[] bits =
        [
            .. file.Weights.SelectMany(tensor => TensorValues.Read(file, tensor).Select((value, index) =>
                new WeightBits(tensor, index, tensor.Type.Encode(change(tensor.Path, index, value))))),
        ];
        var bytes = File.ReadAllBytes(Original);
        using (var stream = new MemoryStream(bytes)) WeightPatcher.Write(stream, bits);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>Options for some attacks.</summary>
    public AttackOptions Options(string obfuscated, params string[] attacks) => new()
    {
        Obfuscated = obfuscated,
        Original = Original,
        Examples = Examples,
        Evaluation = Evaluation,
        Attacks = attacks,
        Labels = [200],
        Queries = [50],
    };

    public void Dispose() => _folder.Dispose();
}
