using OnnxSplitter.Hosting;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.SecureWorld.Serving;

/// <summary>Which constants of a model's main graph secrets change.</summary>
internal static class ChangedConstants
{
    /// <summary>Their names.</summary>
    /// <param name="file">The obfuscated model.</param>
    /// <param name="secrets">Which weights were changed.</param>
    /// <param name="remedy">What to do where one lies elsewhere.</param>
    /// <exception cref="UsageException">One does.</exception>
    public static string[] Of(ModelFile file, ModelSecrets secrets, string remedy)
    {
        var graph = file.Structure.Graph;
        var names = graph.Initializer.Select(tensor => tensor.Name).Concat(graph.Node.SelectMany(node => node.Output))
            .ToHashSet(StringComparer.Ordinal);
        string[] changed = [.. secrets.Keyed is { } keyed
            ? keyed.Tensors.Select(place => file.Constants[place].Path)
            : secrets.Tensors.Select(tensor => tensor.Path)];
        return Array.Find(changed, name => !names.Contains(name)) is { } elsewhere
            ? throw new UsageException(
                $"{elsewhere} was changed and lies in a branch, a function or an attribute, where no model is cut.",
                remedy)
            : changed;
    }
}
