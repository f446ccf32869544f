using System.Collections.Frozen;
using System.Globalization;
using Onnx;
using OnnxSplitter.Data;
using OnnxSplitter.Gradients;
using OnnxSplitter.Gradients.Rewriting;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Operators;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Execution;
using OnnxSplitter.Protection.Moves;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Protection.Search;

/// <summary>
/// The model while weights are being chosen: its graph in <see cref="WorkingForm"/>, <see cref="WideCodes"/> and
/// <see cref="Float32Form"/>, and the present values of its weight tensors. Graphs that are made from it hold those
/// values as constants, which ONNX Runtime's fast kernels need.
/// </summary>
internal sealed class SearchModel
{
    private readonly Dictionary<string, WeightValues> _values = new(StringComparer.Ordinal);

    /// <summary>Reads the model into its working form.</summary>
    /// <param name="file">The model.</param>
    /// <param name="filter">Which tensors may be changed.</param>
    /// <param name="signature">The model's inputs.</param>
    /// <param name="data">Examples, on the first of which each If takes the branch that stays.</param>
    /// <param name="sessions">Opens sessions; null for <see cref="OnnxSplitter.Data.Sessions.Plain"/>.</param>
    public SearchModel(ModelFile file, TensorFilter filter, ModelSignature signature, Dataset data,
        Sessions? sessions = null)
    {
        File = file;
        Proto = file.ParseWhole(largeOutside: true);
        Sessions = GraphSessions.Of(file, Proto.Graph, sessions);
        WorkingForm.Apply(Proto);
        ExecutedBranches.Inline(Proto, () =>
        {
            var feeds = new FeedSet();
            foreach (var input in signature.Inputs)
                feeds.Values[input.Name] = data.Batch(input.Name, 0, signature.FixedBatch ?? 1);
            return feeds;
        }, Sessions);
        WideCodes.Apply(Proto.Graph);
        var protos = new Dictionary<string, TensorProto>(StringComparer.Ordinal);
        foreach (var tensor in Proto.Graph.Initializer) protos[tensor.Name] = tensor;
        WeightTensor[] found = [.. file.Weights.Where(tensor => protos.ContainsKey(tensor.Path))];
        if (found.Length == 0) throw NothingSearched(file);
        Tensors = filter.Apply(found);
        foreach (var tensor in Tensors) _values[tensor.Path] = new WeightValues(file, tensor, protos[tensor.Path]);
        Float32Form.Apply(Proto);
    }

    /// <summary>How gradients of this model are taken.</summary>
    public GradientOptions Gradients { get; init; } = GradientOptions.Default;

    /// <summary>Paths of tensors whose gradient is, at least in part, an estimate.</summary>
    public HashSet<string> Estimated { get; } = new(StringComparer.Ordinal);

    /// <summary>Where the original lies.</summary>
    public ModelFile File { get; }

    /// <summary>Opens sessions of graphs that are made from this model.</summary>
    public GraphSessions Sessions { get; }

    /// <summary>The whole model; the values of changed tensors are up to date.</summary>
    public ModelProto Proto { get; }

    /// <summary>
    /// The tensors that may be changed: those of the main graph and of taken branches that pass the filter.
    /// </summary>
    public IReadOnlyList<WeightTensor> Tensors { get; }

    /// <summary>Version of the default operator set.</summary>
    public long Opset => Proto.OpsetImport.FirstOrDefault(import => import.Domain is "" or "ai.onnx")?.Version ?? 1;

    /// <summary>A graph of the model's operators as a model.</summary>
    public ModelProto Wrap(GraphProto graph) => new()
    {
        IrVersion = Proto.IrVersion,
        OpsetImport = { Proto.OpsetImport },
        Graph = graph,
    };

    /// <summary>The model with other outputs.</summary>
    /// <param name="outputs">Names of values of its main graph.</param>
    public ModelProto Giving(IEnumerable<string> outputs) => Wrap(new GraphProto
    {
        Name = "part",
        Node = { Proto.Graph.Node },
        Initializer = { Proto.Graph.Initializer },
        SparseInitializer = { Proto.Graph.SparseInitializer },
        Input = { Proto.Graph.Input },
        Output = { outputs.Select(name => new ValueInfoProto { Name = name }) },
    });

    /// <summary>
    /// Whether any of the tensors has an influence on a value, those apart that bring features to a common scale, if
    /// there are others.
    /// </summary>
    /// <param name="value">Name of a value of the main graph.</param>
    public bool Reaches(string value) =>
        Ancestry.Of(Proto.Graph.Node, value).Overlaps(WeightTensor.Learnt(Tensors));

    /// <summary>Number of a tensor's values.</summary>
    public int Count(string path) => (int)_values[path].Tensor.Count;

    /// <summary>Present values of a tensor, row by row; those of large models are read anew each time.</summary>
    public ReadOnlySpan<float> Values(string path) => _values[path].Values;

    /// <summary>The same, to draw moves from.</summary>
    public IWeightSource Source(string path) => _values[path];

    /// <summary>The bits, of its tensor's type, that a weight gets with a value.</summary>
    public ulong Bits(WeightTensor tensor, long index, float value) => _values[tensor.Path].Bits(index, value);

    /// <summary>The value that bits of its tensor's type give a weight.</summary>
    public float Value(WeightTensor tensor, long index, ulong bits) => _values[tensor.Path].Value(index, bits);

    /// <summary>A move with the nearest values that its weights can have; null if that changes none of them.</summary>
    public Candidate? Representable(Candidate candidate)
    {
        var values = _values[candidate.Tensor.Path];
        NewValue[] weights =
        [
            .. candidate.NewValues.Select(weight => weight with { Value = values.Nearest(weight.Index, weight.Value) })
                .Where(weight => weight.Value != values[weight.Index]),
        ];
        return weights.Length == 0 ? null : candidate with { NewValues = weights };
    }

    /// <summary>Whether a move can be written without moving what follows in the file.</summary>
    public bool Fits(Candidate candidate) =>
        candidate.NewValues.All(weight => candidate.Tensor.Storage.Fits(candidate.Tensor.Type,
        Bits(candidate.Tensor, weight.Index, Source(candidate.Tensor.Path)[weight.Index]),
        Bits(candidate.Tensor, weight.Index, weight.Value)));

    /// <summary>A tensor at its present values, to be changed for some runs and changed back.</summary>
    public WeightValues Present(WeightTensor tensor) => _values[tensor.Path];

    /// <summary>Values are about to change: sessions that hold them as constants are out of date.</summary>
    public event EventHandler<WeightsChangingEventArgs>? Changing;

    private static ModelFormatException NothingSearched(ModelFile file)
    {
        var reasons = UnreachedTensor.Among(file, file.Weights, FrozenSet<string>.Empty, byGradient: false)
            .GroupBy(tensor => tensor.Reason, StringComparer.Ordinal)
            .Select(group => $"{group.First().Path}{(group.Count() > 1 ? $" and {group.Count() - 1} more" : "")} ("
                + string.Create(CultureInfo.InvariantCulture,
                    $"{group.Sum(tensor => tensor.Weights) * 100.0 / file.WeightCount:0} % of the weights): ")
                + group.Key);
        return new ModelFormatException(
            $"A search can change none of the weights of {file.FilePath}: {string.Join("; ", reasons)}.",
            "Export the model with its functions written out and its loops unrolled, or protect it with Strategy "
            + "random and NoEvaluation, which draws from all weights.")
        {
            Properties = ["Strategy", "NoEvaluation"],
        };
    }

    /// <summary>Writes weights into the values and the graph.</summary>
    public void Write(IEnumerable<(WeightTensor Tensor, long Index, float Value)> weights)
    {
        var changes = weights.ToArray();
        var touched = changes.Select(change => change.Tensor.Path).ToHashSet(StringComparer.Ordinal);
        if (touched.Count == 0) return;
        Changing?.Invoke(this, new WeightsChangingEventArgs(touched));
        foreach (var (tensor, index, value) in changes) _values[tensor.Path].Write(index, value);
        foreach (var path in touched) _values[path].Publish();
    }
}
