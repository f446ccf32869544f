using Onnx;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Gradients.Rewriting;
using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Attacks.Networks;

/// <summary>A network's graph whose tensors are inputs.</summary>
internal sealed class NetworkGraph
{
    private readonly Network _network;
    private readonly List<PlaceValues> _statistics = [];

    /// <summary>Builds it.</summary>
    /// <param name="network">The network.</param>
    /// <param name="mode">How it normalises.</param>
    public NetworkGraph(Network network, NormalizationMode mode)
    {
        _network = network;
        var model = network.Model;
        var own = network.Tensors.Select(tensor => tensor.Path).ToHashSet(StringComparer.Ordinal);
        Tensors = mode == NormalizationMode.AsExported ? network.Tensors : [.. network.Tensors, .. Added(network)];
        Proto = model.Wrap(new GraphProto
        {
            Name = "network",
            Initializer = { model.Proto.Graph.Initializer.Where(tensor => !own.Contains(tensor.Name)) },
            SparseInitializer = { model.Proto.Graph.SparseInitializer },
            Input = { model.Proto.Graph.Input.Where(input => !own.Contains(input.Name)).Select(one => one.Clone()) },
        });
        Builder = new GraphBuilder(Proto.Graph, model.Opset, LossGraph.Prefix) { Imports = Proto.OpsetImport };
        foreach (var tensor in Tensors) AddInput(tensor.Path, tensor.Dims);
        var places = mode == NormalizationMode.AsExported
            ? []
            : network.Places.ToDictionary(place => place.Value, StringComparer.Ordinal);
        foreach (var node in model.Proto.Graph.Node) Add(node.Clone(), places, mode);
    }

    /// <summary>The model; it has no outputs yet.</summary>
    public ModelProto Proto { get; }

    /// <summary>Writes into its graph.</summary>
    public GraphBuilder Builder { get; }

    /// <summary>What has to be fed beside examples.</summary>
    public IReadOnlyList<NetworkTensor> Tensors { get; }

    /// <summary>Names of the statistics of a batch, [1, channels, 1, ...]; empty where none are taken.</summary>
    public IReadOnlyList<PlaceValues> Statistics => _statistics;

    /// <summary>Scale and shift that a thief puts behind a convolution.</summary>
    public static (string Scale, string Shift) AddedNames(NormalizedPlace place) =>
        place.Scale is null ? ($"scale of {place.Value}", $"shift of {place.Value}") : (place.Scale, place.Shift!);

    /// <summary>Names by which mean and variance of a place are fed.</summary>
    public static PlaceValues RunningNames(NormalizedPlace place) =>
        new(place, $"mean of {place.Value}", $"variance of {place.Value}");

    private static IEnumerable<NetworkTensor> Added(Network network) =>
        network.Places.Where(place => place.Scale is null).SelectMany(place =>
        {
            var (scale, shift) = AddedNames(place);
            return new[] { new NetworkTensor(scale, [place.Channels]), new NetworkTensor(shift, [place.Channels]) };
        });

    private void Add(NodeProto node, Dictionary<string, NormalizedPlace> places, NormalizationMode mode)
    {
        if (!places.TryGetValue(node.Output[0], out var place))
        {
            Proto.Graph.Node.Add(node);
            return;
        }

        var x = node.Input[0];
        if (!NormalizedPlaces.Normalizes(node))
        {
            node.Output[0] = x = Builder.NewName("unnormalised");
            Proto.Graph.Node.Add(node);
        }

        var (scale, shift) = AddedNames(place);
        var running = mode == NormalizationMode.Running ? RunningNames(place) : null;
        if (running is not null)
        {
            AddInput(running.Mean, [place.Channels]);
            AddInput(running.Variance, [place.Channels]);
        }

        var (value, mean, variance) = NormalizedPlaces.Append(
            Builder, place, x, scale, shift, running is null ? null : (running.Mean, running.Variance));
        Builder.Alias(value, place.Value);
        if (running is null) _statistics.Add(new PlaceValues(place, mean, variance));
    }

    private void AddInput(string name, IReadOnlyList<long> dims) =>
        Proto.Graph.Input.Add(FloatValue.Of(name, dims));
}
