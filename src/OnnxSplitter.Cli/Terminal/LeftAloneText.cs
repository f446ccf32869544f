using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;

namespace OnnxSplitter.Cli.Terminal;

/// <summary>Which weights of a file nothing can change, in words.</summary>
internal static class LeftAloneText
{
    /// <summary>A line for each tensor, and their share of the file's weights; nothing where there are none.</summary>
    public static IEnumerable<string> Lines(ModelFile file)
    {
        foreach (var tensor in file.Skipped)
            yield return $"Left alone: {Printable.Of(tensor.Path)}: {Printable.Of(tensor.Reason)}.";
        if (file.Skipped.Count > 0)
            yield return $"{Format.Share((double)file.Skipped.Sum(tensor => tensor.Weights) / file.WeightCount)} of "
                + $"the file's {Format.Count(file.WeightCount)} weights can't be changed.";
    }
}
