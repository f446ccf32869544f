using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Runtime.Secured;
using OnnxSplitter.Secrets.Payload;
using OnnxSplitter.SecureWorld.Serving;

namespace OnnxSplitter.Tests.Secured;

/// <summary>A model of which some weights were changed, and its corrected layers in this process.</summary>
internal sealed class ChangedModel : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ModelSecrets _secrets;

    /// <param name="write">Writes the original.</param>
    /// <param name="changed">Of each tensor that changes, which weights do; their signs turn.</param>
    public ChangedModel(Action<string> write, params (string Path, long[] Indices)[] changed)
    {
        write(Original);
        File.Copy(Original, Obfuscated);
        using (var file = ModelFile.Open(Original))
        using (var stream = new FileStream(Obfuscated, FileMode.Open, FileAccess.ReadWrite))
        {
            foreach (var (path, indices) in changed)
            {
                var tensor = file.Find(path)!;
                foreach (var index in indices.Order())
                {
                    var bits = WeightPatcher.Read(stream, tensor, index);
                    Changes.Add(new WeightChange(tensor, index, bits, bits ^ 0x8000_0000));
                }
            }

            WeightPatcher.Write(stream, Changes.Select(x => new WeightBits(x.Tensor, x.Index, x.Obfuscated)));
        }

        _secrets = ModelSecrets.From("sign", DateTimeOffset.UnixEpoch,
            [
                new ProtectedFile("obfuscated.onnx", new FileInfo(Obfuscated).Length, ModelFile.Digest(Obfuscated),
                    ModelFile.Digest(Original)),
            ], Changes);
    }

    public string Original => _folder["original.onnx"];

    public string Obfuscated => _folder["obfuscated.onnx"];

    public List<WeightChange> Changes { get; } = [];

    public ModelCorrections Corrections(SessionOptions options) => ModelCorrections.Of(Obfuscated, _secrets, options);

    /// <summary>What the original gives, what the obfuscated model does, and what corrections make of that.</summary>
    public (float[] Original, float[] Obfuscated, float[] Corrected) Run(IReadOnlyDictionary<string, OrtValue> inputs)
    {
        using var options = new SessionOptions();
        using var corrections = Corrections(options);
        using var file = ModelFile.Open(Obfuscated);
        using var host = new HostSegments(file, File.ReadAllBytes(Obfuscated), corrections.Layers, options: null);
        using var outputs = host.Run(inputs, host.OutputNames, corrections.Run);
        return (Plain(Original, inputs), Plain(Obfuscated, inputs), outputs[0].GetTensorDataAsSpan<float>().ToArray());
    }

    public void Dispose()
    {
        _secrets.Dispose();
        _folder.Dispose();
    }

    private static float[] Plain(string path, IReadOnlyDictionary<string, OrtValue> inputs)
    {
        using var session = new InferenceSession(path);
        using var options = new RunOptions();
        using var outputs = session.Run(options, inputs, session.OutputNames);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
