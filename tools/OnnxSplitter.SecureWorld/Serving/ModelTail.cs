using Microsoft.ML.OnnxRuntime;
using Onnx;
using OnnxSplitter.Hosting;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Runtime.Ort;
using OnnxSplitter.Runtime.Secured;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.SecureWorld.Serving;

/// <summary>What of a model depends on changed weights: what runs here, where hosts run the rest.</summary>
/// <remarks>
/// Images of channels that cross over go through a pooling of single places first, which changes nothing. ONNX Runtime
/// keeps what pooling gives in the blocks of channels that its convolutions work on, as it does inside the whole model;
/// of an input it would not, would then fuse other ops, and sums would differ in their last bits.
/// </remarks>
internal sealed class ModelTail : IDisposable
{
    // Behind the name of what crosses over and is pooled.
    private const string Pooled = "/crossing";
    private const int ImageRank = 4;

    /// <summary>What to do where a model's tail can't be served.</summary>
    public const string Remedy = "Serve the whole model.";

    private readonly GraphPart _part;
    private readonly ValueInfoProto[] _inputs;
    private readonly IReadOnlyList<string> _outputs;

    private ModelTail(
        InferenceSession prefix, GraphPart part, ValueInfoProto[] inputs, IReadOnlyList<string> outputs) =>
        (Prefix, _part, _inputs, _outputs) = (prefix, part, inputs, outputs);

    /// <summary>What hosts run, as they do.</summary>
    public InferenceSession Prefix { get; }

    /// <summary>Finds it.</summary>
    /// <param name="path">The obfuscated model.</param>
    /// <param name="secrets">Which weights were changed.</param>
    /// <returns>The caller disposes it, after the last <see cref="Take"/>.</returns>
    /// <exception cref="UsageException">There is no such part, or it can't be cut off.</exception>
    public static ModelTail Of(string path, ModelSecrets secrets)
    {
        using var file = ModelFile.Open(path);
        var graph = file.Structure.Graph;
        var changed = ChangedConstants.Of(file, secrets, Remedy);
        var tail = GraphTail.Of(graph, changed);
        string[] made = [.. tail.Crossing.Except(HostPrefix.Given(graph), StringComparer.Ordinal)];
        if (made.Length == 0)
            throw new UsageException(
                "The first layer that was changed reads the model's inputs: nothing comes before it.", Remedy);
        var prefix = HostPrefix.Open(file, File.ReadAllBytes(path), made, options: null);

        // With types and shapes, as ONNX Runtime finds them.
        var inputs = tail.Crossing.Select(name => prefix.OutputMetadata.TryGetValue(name, out var found)
            ? ValueDescription.Of(name, found)
            : graph.Input.First(input => input.Name == name));
        return new ModelTail(
            prefix, new GraphPart(graph, tail.Crossing, tail.Outputs), [.. inputs], tail.Outputs);
    }

    /// <summary>The value of the model that an input of the tail stands for.</summary>
    public static string Crossing(string input) =>
        input.EndsWith(Pooled, StringComparison.Ordinal) ? input[..^Pooled.Length] : input;

    /// <summary>Takes it out of the restored model.</summary>
    public byte[] Take(byte[] model)
    {
        var images = _inputs.Where(input => IsImage(input)).ToArray();
        return _part.Of(model,
            [
                .. _inputs.Except(images),
                .. images.Select(image => new ValueInfoProto { Name = image.Name + Pooled, Type = image.Type }),
            ], _outputs, [.. images.Select(image => Pooling(image.Name))]);
    }

    /// <inheritdoc/>
    public void Dispose() => Prefix.Dispose();

    private static bool IsImage(ValueInfoProto input) =>
        input.Type.TensorType.ElemType == (int)TensorProto.Types.DataType.Float
        && input.Type.TensorType.Shape?.Dim.Count == ImageRank;

    private static NodeProto Pooling(string name) => new()
    {
        OpType = "MaxPool",
        Input = { name + Pooled },
        Output = { name },
        Attribute =
        {
            new AttributeProto
            {
                Name = "kernel_shape",
                Type = AttributeProto.Types.AttributeType.Ints,
                Ints = { 1, 1 },
            },
        },
    };
}
