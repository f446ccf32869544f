namespace OnnxSplitter.Worth.Readouts;

/// <summary>What an example of each class weighs: all classes that occur alike, all examples 1.</summary>
internal static class ClassWeights
{
    /// <summary>By class; 0 for one that does not occur.</summary>
    public static double[] Of(IReadOnlyList<int> labels, int classes)
    {
        var counts = new int[classes];
        foreach (var label in labels) counts[label]++;
        var occurring = counts.Count(count => count > 0);
        return [.. counts.Select(count => count > 0 ? 1.0 / (occurring * count) : 0)];
    }

    /// <summary>The weight of the examples that are predicted right: the balanced accuracy.</summary>
    public static double Right(IReadOnlyList<int> predictions, IReadOnlyList<int> labels, int classes)
    {
        var weights = Of(labels, classes);
        return labels.Where((label, i) => predictions[i] == label).Sum(label => weights[label]);
    }
}
