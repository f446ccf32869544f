using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Runtime.Secured;

namespace ImageHost;

/// <summary>Runs a Fashion-MNIST classifier.</summary>
internal static class Classifier
{
    private static readonly string[] Labels =
    [
        "T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "trainer", "bag", "ankle boot",
    ];

    private const string Input = "input";
    private static readonly string[] Outputs = ["logits"];

    /// <param name="session">Takes <c>input</c> [1, 1, 28, 28], gives <c>logits</c> [1, 10].</param>
    /// <param name="image">Normalised pixels, row by row.</param>
    public static Answer Classify(InferenceSession session, float[] image)
    {
        using var run = new RunOptions();
        return Classify(inputs => session.Run(run, inputs, Outputs), image);
    }

    /// <param name="model">The same, in a trusted process.</param>
    /// <param name="image">As above.</param>
    public static Answer Classify(SecuredModel model, float[] image) =>
        Classify(inputs => model.Run(inputs, Outputs), image);

    private static Answer Classify(
        Func<Dictionary<string, OrtValue>, IDisposableReadOnlyCollection<OrtValue>> run, float[] image)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(image, [1, 1, Picture.Side, Picture.Side]);
        using var outputs = run(new(StringComparer.Ordinal) { [Input] = input });
        var scores = outputs[0].GetTensorDataAsSpan<float>();
        var best = 0;
        for (var i = 1; i < scores.Length; i++)
            if (scores[i] > scores[best])
                best = i;
        double sum = 0;
        foreach (var score in scores) sum += Math.Exp(score - scores[best]);
        return new Answer(Labels[best], 1 / sum);
    }
}
