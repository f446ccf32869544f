using Microsoft.ML.OnnxRuntime;

namespace ImageHost;

/// <summary>Runs a Fashion-MNIST classifier.</summary>
internal static class Classifier
{
    private static readonly string[] Labels =
    [
        "T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "trainer", "bag", "ankle boot",
    ];

    private static readonly string[] Inputs = ["input"];
    private static readonly string[] Outputs = ["logits"];

    /// <param name="session">Takes <c>input</c> [1, 1, 28, 28], gives <c>logits</c> [1, 10].</param>
    /// <param name="image">Normalised pixels, row by row.</param>
    public static Answer Classify(InferenceSession session, float[] image)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(image, [1, 1, Picture.Side, Picture.Side]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, Inputs, [input], Outputs);
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
