using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using Onnx;
using OnnxSplitter.Data;
using OnnxSplitter.Gradients.Rewriting;

namespace OnnxSplitter.Attacks.Networks;

/// <summary>
/// Scales and shifts of normalisations put in behind convolutions, with which the network does what it did: a channel's
/// deviation and mean on some examples.
/// </summary>
internal static class AddedNormalization
{
    private const int MostExamples = 128;

    /// <summary>Measures them.</summary>
    /// <param name="network">The network.</param>
    /// <param name="values">Of its tensors.</param>
    /// <param name="data">Examples.</param>
    public static Parameters Of(Network network, Parameters values, Dataset data)
    {
        NormalizedPlace[] places = [.. network.Places.Where(place => place.Scale is null)];
        var measured = new Dictionary<string, float[]>(StringComparer.Ordinal);
        if (places.Length == 0) return new Parameters(measured);
        var graph = new NetworkGraph(network, NormalizationMode.AsExported);
        foreach (var place in places) graph.Proto.Graph.Output.Add(new ValueInfoProto { Name = place.Value });
        using var session = network.Model.Sessions.Open(graph.Proto);
        using var fed = new FedValues(graph.Tensors.Select(tensor => (tensor.Path, tensor.Dims)));
        foreach (var tensor in graph.Tensors) fed.Set(tensor.Path, values[tensor.Path]);
        using var examples = new FeedSet();
        var count = Math.Min(MostExamples, data.Count);
        foreach (var input in network.Signature.Inputs)
            examples.Values[input.Name] = data.Batch(input.Name, 0, count);
        using var run = new RunOptions();
        using var results = session.Run(run, [.. examples.Values.Keys, .. fed.Values.Keys],
            [.. examples.Values.Values, .. fed.Values.Values], [.. places.Select(place => place.Value)]);
        foreach (var (place, result) in places.Zip(results))
        {
            var (scale, shift) = NetworkGraph.AddedNames(place);
            (measured[scale], measured[shift]) = Moments(OrtFloats.Read(result), count, place);
        }

        return new Parameters(measured);
    }

    private static (float[] Deviations, float[] Means) Moments(
        ReadOnlySpan<float> values, int count, NormalizedPlace place)
    {
        var (deviations, means) = (new float[place.Channels], new float[place.Channels]);
        var inner = values.Length / count / place.Channels;
        for (var channel = 0; channel < place.Channels; channel++)
        {
            var (sum, squares) = (0.0, 0.0);
            for (var example = 0; example < count; example++)
            {
                var own = values.Slice((example * place.Channels + channel) * inner, inner);
                sum += TensorPrimitives.Sum(own);
                squares += TensorPrimitives.SumOfSquares(own);
            }

            var mean = sum / count / inner;
            means[channel] = (float)mean;
            deviations[channel] =
                (float)Math.Sqrt(Math.Max(0, squares / count / inner - mean * mean) + place.Epsilon);
        }

        return (deviations, means);
    }
}
