using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Google.Protobuf;
using Onnx;
using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Onnx.Models;

/// <summary>
/// What a change of a layer's constants adds to its output: the layer itself, of its changed channels alone.
/// </summary>
/// <remarks>Its numbers lie in arrays that the garbage collector never moves; disposing zeroes them.</remarks>
public sealed class LayerChange : IDisposable
{
    private readonly LinearLayer _layer;
    private readonly long[] _dims;
    private readonly byte[] _weights;
    private readonly byte[]? _added;
    private readonly bool _cut;

    private LayerChange(LinearLayer layer, int[] inputs, int[] outputs, long[] dims, bool cut)
    {
        (_layer, _dims, _cut, Inputs, Outputs) = (layer, dims, cut, inputs, outputs);
        _weights = Pinned(dims.Aggregate(1L, (product, dim) => product * dim));
        _added = layer.Added is null ? null : Pinned(outputs.Length);
    }

    /// <summary>Channels of the layer's input that a changed weight multiplies, ascending; at least one.</summary>
    public IReadOnlyList<int> Inputs { get; }

    /// <summary>Channels of its output that change, ascending.</summary>
    public IReadOnlyList<int> Outputs { get; }

    /// <summary>The weights' change on these channels, in the layout of the layer's own.</summary>
    public ReadOnlySpan<float> Weights => Numbers(_weights);

    /// <summary>Shape of <see cref="Weights"/>.</summary>
    public IReadOnlyList<long> Dims => _dims;

    /// <summary>Takes the changed channels out of a change of all weights.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="dims">Shape of its weights.</param>
    /// <param name="weights">What is added to each of them, row by row.</param>
    /// <param name="added">
    /// What is added to each number that the layer adds, one for each channel; empty for nothing.
    /// </param>
    /// <returns>The caller disposes it; null if nothing changes.</returns>
    /// <exception cref="ModelFormatException">The layer has no channels of such weights.</exception>
    public static LayerChange? Of(
        LinearLayer layer, IReadOnlyList<long> dims, ReadOnlySpan<float> weights, ReadOnlySpan<float> added)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(dims);
        var layout = WeightLayout.Of(layer, dims);
        if (layout is null || layout.Count != weights.Length || added.Length > 0 && added.Length != layout.Outputs)
            throw new ModelFormatException(
                $"What node '{layer.Node.Name}' (op {layer.Node.OpType}) does has no channels of its constants.",
                "Have the whole model run instead.");
        var (inputs, outputs) = (new SortedSet<int>(), new SortedSet<int>());
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i] == 0) continue;
            var (input, output, _) = layout.Place(i);
            inputs.Add(input);
            outputs.Add(output);
        }

        for (var i = 0; i < added.Length; i++)
            if (added[i] != 0) outputs.Add(i);
        if (outputs.Count == 0) return null;

        // A change of what is added alone needs an input to be as large as.
        if (inputs.Count == 0) inputs.Add(0);

        // Of several groups, a cut has a weight for each pair of channels; where these are more, all groups stay.
        var cut = (long)inputs.Count * outputs.Count * layout.Taps <= layout.Count;
        return cut ? Cut(layer, layout, dims, weights, added, [.. inputs], [.. outputs])
            : Whole(layer, layout, dims, weights, added);
    }

    /// <summary>
    /// What whoever sees the layer's input and output has to solve for: weights of each changed channel of the output,
    /// of the changed channels of the input. 0 where several groups are kept as they are.
    /// </summary>
    public int Unknowns => _cut ? Inputs.Count * Taps : 0;

    private int Taps => (int)_dims.Skip(2).Aggregate(1L, (product, dim) => product * dim);

    private bool RowsAreOutputs =>
        _layer.Form == LinearForm.Convolution || _layer.Form == LinearForm.MatrixProduct && _layer.Int("transB") != 0;

    /// <summary>One of the <see cref="Unknowns"/>.</summary>
    /// <param name="unknown">Which.</param>
    /// <param name="output">Of which of <see cref="Outputs"/>.</param>
    public float Weight(int unknown, int output) => Weights[PlaceOf(unknown, output, Outputs.Count)];

    /// <summary>The change of what the layer adds to one of <see cref="Outputs"/>; 0 if it adds nothing.</summary>
    /// <param name="output">Which.</param>
    public float Added(int output) => _added is null ? 0 : Numbers(_added)[output];

    /// <summary>Where one of the <see cref="Unknowns"/> lies in the layer's own weights.</summary>
    /// <param name="unknown">Which.</param>
    /// <param name="output">Of which of <see cref="Outputs"/>.</param>
    /// <param name="dims">Shape of the layer's weights.</param>
    /// <returns>Its flat index; null for channels of different groups.</returns>
    public long? IndexOf(int unknown, int output, IReadOnlyList<long> dims)
    {
        ArgumentNullException.ThrowIfNull(dims);
        return WeightLayout.Of(_layer, dims)?.IndexOf(Inputs[unknown / Taps], Outputs[output], unknown % Taps);
    }

    /// <summary>Makes a model of it: input <c>x</c> has <see cref="Inputs"/>, output <c>y</c> <see cref="Outputs"/>.
    /// </summary>
    /// <param name="model">The model that the layer is of.</param>
    /// <returns>
    /// The <c>.onnx</c> file, in an array that the garbage collector never moves. The caller zeroes it after use.
    /// </returns>
    public byte[] ToModel(ModelProto model) => ToModel(model, _dims, _weights, _added, Outputs.Count);

    /// <summary>
    /// Makes a model whose output has a channel for each of the <see cref="Unknowns"/>: what that is multiplied by.
    /// </summary>
    /// <param name="model">The model that the layer is of.</param>
    /// <returns>The <c>.onnx</c> file.</returns>
    public byte[] ToUnitModel(ModelProto model)
    {
        var units = new byte[checked((long)Unknowns * Unknowns * sizeof(float))];
        for (var i = 0; i < Unknowns; i++) Numbers(units)[PlaceOf(i, i, Unknowns)] = 1;
        long[] dims = [.. _dims];
        dims[RowsAreOutputs ? 0 : 1] = Unknowns;
        return ToModel(model, dims, units,
            _added is null ? null : new byte[Unknowns * sizeof(float)], Unknowns);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_weights);
        CryptographicOperations.ZeroMemory(_added);
    }

    private static LayerChange Cut(LinearLayer layer, WeightLayout layout, IReadOnlyList<long> dims,
        ReadOnlySpan<float> weights, ReadOnlySpan<float> added, int[] inputs, int[] outputs)
    {
        var (rows, columns) = layout.RowsAreOutputs ? (outputs, inputs) : (inputs, outputs);
        var change = new LayerChange(
            layer, inputs, outputs, [rows.Length, columns.Length, .. dims.Skip(2)], cut: true);
        var own = Numbers(change._weights);
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i] == 0) continue;
            var (input, output, tap) = layout.Place(i);
            var (row, column) = layout.RowsAreOutputs ? (output, input) : (input, output);
            var place = Array.BinarySearch(rows, row) * columns.Length + Array.BinarySearch(columns, column);
            own[place * layout.Taps + tap] = weights[i];
        }

        for (var i = 0; i < outputs.Length && added.Length > 0; i++)
            Numbers(change._added!)[i] = added[outputs[i]];
        return change;
    }

    private static LayerChange Whole(LinearLayer layer, WeightLayout layout, IReadOnlyList<long> dims,
        ReadOnlySpan<float> weights, ReadOnlySpan<float> added)
    {
        var change = new LayerChange(layer, [.. Enumerable.Range(0, layout.Inputs)],
            [.. Enumerable.Range(0, layout.Outputs)], [.. dims], cut: false);
        weights.CopyTo(Numbers(change._weights));
        if (added.Length > 0) added.CopyTo(Numbers(change._added!));
        return change;
    }

    private int PlaceOf(int unknown, int output, int outputs)
    {
        var (input, tap) = (unknown / Taps, unknown % Taps);
        return (RowsAreOutputs ? output * Inputs.Count + input : input * outputs + output) * Taps + tap;
    }

    private byte[] ToModel(ModelProto model, long[] dims, byte[] weights, byte[]? added, int outputs)
    {
        ArgumentNullException.ThrowIfNull(model);
        var node = _layer.Node.Clone();
        node.Input.Clear();
        node.Input.Add(["x", "w"]);
        if (added is not null) node.Input.Add("b");
        node.Output.Clear();
        node.Output.Add("y");
        if (_cut && node.Attribute.FirstOrDefault(attribute => attribute.Name == "group") is { } group)
            node.Attribute.Remove(group);
        var alone = new ModelProto
        {
            IrVersion = model.IrVersion,
            OpsetImport = { model.OpsetImport },
            Graph = new GraphProto
            {
                Name = "layer",
                Input = { new ValueInfoProto { Name = "x", Type = new TypeProto { TensorType = InputType() } } },
                Output = { new ValueInfoProto { Name = "y" } },
                Initializer = { Constant("w", dims, weights) },
                Node = { node },
            },
        };
        if (added is not null) alone.Graph.Initializer.Add(Constant("b", [outputs], added));
        var bytes = GC.AllocateUninitializedArray<byte>(alone.CalculateSize(), pinned: true);
        alone.WriteTo(bytes.AsSpan());
        return bytes;
    }

    private TypeProto.Types.Tensor InputType()
    {
        var type = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float };

        // Of a matrix product that adds nothing, the rank is not known either.
        if (_layer.Form == LinearForm.MatrixProduct && OperatorTable.Find(_layer.Node)!.Added.Count == 0) return type;
        type.Shape = new TensorShapeProto();
        for (var i = 0; i < _dims.Length; i++)
            type.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = $"d{i}" });
        var axis = _layer.InputAxis < 0 ? _dims.Length - 1 : _layer.InputAxis;
        type.Shape.Dim[axis] = new TensorShapeProto.Types.Dimension { DimValue = Inputs.Count };
        return type;
    }

    private static TensorProto Constant(string name, IEnumerable<long> dims, byte[] values) => new()
    {
        Name = name,
        Dims = { dims },
        DataType = (int)TensorProto.Types.DataType.Float,
        RawData = UnsafeByteOperations.UnsafeWrap(values),
    };

    private static byte[] Pinned(long count) =>
        GC.AllocateArray<byte>(checked((int)count * sizeof(float)), pinned: true);

    private static Span<float> Numbers(byte[] bytes) => MemoryMarshal.Cast<byte, float>(bytes.AsSpan());
}
