using Onnx;
using OnnxSplitter.Data;
using OnnxSplitter.Gradients;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Gradients.Loss;
using OnnxSplitter.Protection.Execution;

namespace OnnxSplitter.Protection.Search;

/// <summary>A model with a loss on top, for one batch size, and its gradients.</summary>
internal sealed class LossGraph
{
    /// <summary>Starts the names of all values that the model does not have.</summary>
    public const string Prefix = "onnxsplitter::";

    private readonly ModelSignature _signature;
    private readonly GradientOptions _options;
    private readonly GraphSessions _sessions;
    private readonly LossHead _head;

    /// <summary>Takes over the model's graph, its constants and present values included.</summary>
    /// <param name="model">The model. Not changed.</param>
    /// <param name="signature">Its inputs and output.</param>
    /// <param name="batch">Examples per run.</param>
    /// <param name="loss">The loss of the model's output.</param>
    /// <param name="temperature">Divides the margin of a smooth accuracy.</param>
    /// <param name="replace">Appends what is to stand in the place of weight tensors: new names by tensor path.</param>
    public LossGraph(SearchModel model, ModelSignature signature, int batch, LossKind loss, float temperature,
        Func<GraphBuilder, IReadOnlyDictionary<string, string>>? replace = null)
    {
        (_signature, _options, _sessions) = (signature, model.Gradients, model.Sessions);
        Batch = batch;
        Proto = new ModelProto
        {
            IrVersion = model.Proto.IrVersion,
            OpsetImport = { model.Proto.OpsetImport },
            Graph = new GraphProto
            {
                Name = "gradient",
                Initializer = { model.Proto.Graph.Initializer },
                SparseInitializer = { model.Proto.Graph.SparseInitializer },
                Input = { model.Proto.Graph.Input.Select(input => input.Clone()) },
            },
        };
        Builder = new GraphBuilder(Proto.Graph, model.Opset, Prefix) { Imports = Proto.OpsetImport };
        var names = replace?.Invoke(Builder);
        foreach (var node in model.Proto.Graph.Node)
        {
            // Rules may add outputs to a node, or make it another op.
            var own = node.Clone();
            for (var i = 0; names is not null && i < own.Input.Count; i++)
                own.Input[i] = names.GetValueOrDefault(own.Input[i], own.Input[i]);
            Proto.Graph.Node.Add(own);
        }

        _head = LossHead.Append(Proto.Graph, Builder, loss, signature.Output, signature.BatchDims(batch), temperature);
    }

    public ModelProto Proto { get; }

    /// <summary>Writes into the graph.</summary>
    public GraphBuilder Builder { get; }

    /// <summary>Examples per run.</summary>
    public int Batch { get; }

    /// <summary>Name of the loss, a scalar.</summary>
    public string Loss => _head.Value;

    /// <summary>Adds a float32 input.</summary>
    /// <param name="name">Starts with <see cref="Prefix"/>.</param>
    public void AddInput(string name) => Proto.Graph.Input.Add(new ValueInfoProto
    {
        Name = name,
        Type = new TypeProto
        {
            TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float },
        },
    });

    /// <summary>Values for one run. The caller disposes them.</summary>
    /// <param name="data">Examples.</param>
    /// <param name="start">The first one.</param>
    /// <param name="targets">What the loss compares outputs with: a row per example of the data.</param>
    public FeedSet Feeds(Dataset data, int start, float[] targets)
    {
        var feeds = new FeedSet();
        foreach (var input in _signature.Inputs) feeds.Values[input.Name] = data.Batch(input.Name, start, Batch);
        feeds.Values[_head.Target] = AlignedTensor.Of(
            targets.AsSpan(start * _signature.Width, Batch * _signature.Width), _signature.BatchDims(Batch));
        return feeds;
    }

    /// <summary>Adds the gradient of the loss.</summary>
    /// <param name="feeds">A run's values, from which all shapes are learnt.</param>
    /// <param name="targets">Names of what to differentiate with respect to.</param>
    /// <param name="values">Type and shape of every value.</param>
    /// <returns>The gradients of those targets that influence the loss.</returns>
    public GraphGradients Differentiate(
        FeedSet feeds, IReadOnlyCollection<string> targets, out IReadOnlyDictionary<string, ValueInfo> values)
    {
        ConcreteShapes.Write(Proto.Graph, feeds);
        return Differentiation.Append(Proto, Builder, feeds.Values, Loss, targets, out values, _options, _sessions);
    }
}
