using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Runtime;

namespace OnnxSplitter.Tests.Runtime;

/// <summary>docs/hosts.md: ML.NET runs a protected session as a step of a pipeline.</summary>
public sealed class MachineLearningPipelineTests
{
    private const int Pixels = 28 * 28;
    private const int Rows = 3;

    [Fact]
    public void A_custom_mapping_over_a_protected_session_gives_the_originals_scores()
    {
        using var sample = new ProtectedSample();
        using var original = new InferenceSession(sample.Original);
        using var session = ProtectedModel.Open(sample.Obfuscated, sample.Secrets);
        var ml = new MLContext(seed: 0);
        var data = ml.Data.LoadFromEnumerable(
            Enumerable.Range(0, Rows).Select(row => new Image { Values = [.. Repeat(row)] }));

        var mapping = ml.Transforms.CustomMapping<Image, Scores>(
            (image, scores) => scores.Logits = Run(session, image.Values), contractName: null);
        var mapped = mapping.Fit(data).Transform(data).GetColumn<float[]>(nameof(Scores.Logits)).ToArray();

        Assert.Equal(Enumerable.Range(0, Rows).Select(row => Run(original, [.. Repeat(row)])), mapped);
    }

    private static IEnumerable<float> Repeat(int row) => Enumerable.Range(0, Pixels).Select(i => (i % 7 - row) / 7f);

    private static float[] Run(InferenceSession session, float[] pixels)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(pixels, [1, 1, 28, 28]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, ["input"], [input], ["logits"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private sealed class Image
    {
        [VectorType(Pixels)]
        public float[] Values { get; set; } = [];
    }

    private sealed class Scores
    {
        [VectorType(10)]
        public float[] Logits { get; set; } = [];
    }
}
