using OnnxSplitter.Gradients.Building;

namespace OnnxSplitter.Gradients.Rules;

/// <summary>
/// The gradient of a convolution with respect to its weights as one matrix product. Weight (m, c, o) collects, over all
/// images and positions p, dY[m, p] X[c, p + o] (stride 1). For each axis of the window either X is shifted by the
/// offset or dY is shifted the other way; the shifted copies of either side are further rows of the product. Splitting
/// a 3 x 3 window between both sides copies 3 (C + M) channels where nine shifts of one side copy 9 C, and the product
/// of 3 M by 3 C rows runs twice as fast as nine of M by C rows (ONNX Runtime 1.31, 64 channels of 32 x 32).
/// </summary>
/// <remarks>
/// With a stride the shifted inputs are slices of single elements, which are slow to copy. A gradient of few channels
/// is cheaper to spread out to the input's positions, zeros between; with as many channels as the input it would not
/// be: the product grows with the area. One Gather in the place of three Pads and a Concat, where the shifted axis is
/// not the innermost, saves 4 to 6 % of a gradient of all weights of ResNet-18, and is not worth its code.
/// </remarks>
internal sealed class CorrelationSplit
{
    // Channels of the input for each channel of a gradient that is worth spreading.
    private const int Few = 8;

    private readonly GraphBuilder _g;
    private readonly WindowGeometry _window;
    private readonly long _images;
    private readonly long _group;
    private readonly long[] _dims;
    private readonly int[] _ofInputs;
    private readonly int[] _ofOutputs;
    private readonly long[]? _spread;

    public CorrelationSplit(RuleContext c, WindowGeometry window, long group)
    {
        (_g, _window, _group) = (c.Graph, window, group);
        (_images, _dims) = (c.InputDims(0)[0], c.InputDims(1));
        var axes = Enumerable.Range(0, window.Rank).ToArray();
        if (_dims[0] * Few <= _dims[1] * group && window.Strides.Any(stride => stride > 1))
        {
            _spread = window.Strides;
            _window = window with
            {
                Output = [.. axes.Select(axis => (window.Output[axis] - 1) * window.Strides[axis] + 1)],
                Strides = [.. axes.Select(_ => 1L)],
            };
        }

        // A shifted gradient has the input's positions, so it takes a stride of 1.
        var free = axes.Where(axis => _window.Strides[axis] == 1).ToArray();
        var best = Enumerable.Range(0, 1 << free.Length)
            .Select(mask => free.Where((_, i) => (mask >> i & 1) != 0).ToArray())
            .MinBy(outputs => _dims[0] * Offsets(outputs) + _dims[1] * group * Offsets(axes.Except(outputs)))!;
        _ofOutputs = best;
        _ofInputs = [.. axes.Except(best)];
    }

    /// <summary>Appends the nodes.</summary>
    /// <param name="x">The inputs [N, C, ...].</param>
    /// <param name="gradient">The gradient of the outputs [N, M, ...].</param>
    /// <returns>The gradient of the weights [M, C/group, ...].</returns>
    public string Append(string x, string gradient)
    {
        var rank = _window.Rank;
        if (_spread is not null) gradient = Spread(gradient);
        var (outputs, inputs) = (_dims[0] / _group, _dims[1]);
        var (rows, columns) = (outputs * Offsets(_ofOutputs), inputs * Offsets(_ofInputs));
        var area = Enumerable.Range(0, rank)
            .Aggregate(1L, (p, axis) => p * (_ofOutputs.Contains(axis) ? _window.Input : _window.Output)[axis]);
        var left = Copies(_ofOutputs, outputs, area, offset => ShiftOutputs(gradient, offset));
        var right = Copies(_ofInputs, inputs, area, offset => ShiftInputs(x, offset));

        string product;
        if (rows * columns <= area * (rows + columns))
        {
            // [N, group, rows, area] x [N, group, area, columns], summed over the images.
            var each = _g.MatMul(left, _g.Transpose(right, 0, 1, 3, 2));
            product = _g.ReduceSum(each, [0], keepDims: false);
        }
        else
        {
            // Small images: a product for each would be larger than what goes into it, so positions of all are one
            // axis.
            var all = _g.Reshape(_g.Transpose(left, 1, 2, 0, 3), _group, rows, _images * area);
            var others = _g.Reshape(_g.Transpose(right, 1, 2, 0, 3), _group, columns, _images * area);
            product = _g.MatMul(all, _g.Transpose(others, 0, 2, 1));
        }

        // [group, offsets of outputs, outputs, offsets of inputs, inputs] to [group, outputs, inputs, offsets].
        var apart = _g.Reshape(product,
            [_group, .. _ofOutputs.Select(Kernel), outputs, .. _ofInputs.Select(Kernel), inputs]);
        var order = Enumerable.Range(0, rank).Select(axis => _ofOutputs.Contains(axis)
            ? 1L + Array.IndexOf(_ofOutputs, axis)
            : 2L + _ofOutputs.Length + Array.IndexOf(_ofInputs, axis));
        return _g.Reshape(_g.Transpose(apart, [0, 1 + _ofOutputs.Length, rank + 2, .. order]), _dims);
    }

    /// <summary>Puts stride - 1 zeros between neighbours.</summary>
    private string Spread(string gradient)
    {
        var dims =
            (long[])[_images, _dims[0], .. _window.Output.Zip(_spread!, (size, stride) => (size - 1) / stride + 1)];
        for (var axis = 0; axis < _window.Rank; axis++)
        {
            if (_spread![axis] == 1) continue;
            gradient = ShapeRules.Spread(_g, gradient, dims, axis + 2, _spread[axis]);
            dims[axis + 2] = _window.Output[axis];
        }

        return gradient;
    }

    /// <summary>One side of the product: [N, group, offsets x channels, area].</summary>
    private string Copies(int[] axes, long channels, long area, Func<long[], string> shift)
    {
        var copies = new WindowGeometry([], [], [.. axes.Select(Kernel)], [], [], []).Offsets()
            .Select(offset => _g.Reshape(shift(offset), _images, _group, channels, area)).ToArray();
        return copies.Length == 1 ? copies[0] : _g.Op("Concat", copies, ("axis", 2L));
    }

    /// <summary>The input that each output position meets at an offset; along other axes, as it is.</summary>
    private string ShiftInputs(string x, long[] offset)
    {
        var rank = _window.Rank;
        var strided = _ofInputs.Any(axis => _window.Strides[axis] > 1);
        var pads = new long[2 * (rank + 2)];
        for (var i = 0; i < _ofInputs.Length; i++)
        {
            // Without strides, padding and cropping alone shift; with them, one padded input serves all offsets.
            var axis = _ofInputs[i];
            var shift = strided ? 0 : offset[i] * _window.Dilations[axis];
            pads[2 + axis] = _window.Begin[axis] - shift;
            pads[rank + 4 + axis] = strided
                ? _window.End(axis)
                : _window.Output[axis] - _window.Input[axis] - pads[2 + axis];
        }

        if (!strided) return _g.Pad(x, pads);
        var padded = _g.Once($"padded by {string.Join(' ', pads)}", x, () => _g.Pad(x, pads));
        var starts = _ofInputs.Select((axis, i) => offset[i] * _window.Dilations[axis]).ToArray();
        return _g.Slice(padded,
            starts,
            [.. _ofInputs.Zip(starts, (axis, start) => start + (_window.Output[axis] - 1) * _window.Strides[axis] + 1)],
            [.. _ofInputs.Select(axis => axis + 2L)],
            [.. _ofInputs.Select(axis => _window.Strides[axis])]);
    }

    /// <summary>
    /// The gradient of the output that each input position meets at an offset; along other axes, as it is.
    /// </summary>
    private string ShiftOutputs(string gradient, long[] offset)
    {
        var rank = _window.Rank;
        var pads = new long[2 * (rank + 2)];
        for (var i = 0; i < _ofOutputs.Length; i++)
        {
            var axis = _ofOutputs[i];
            var begin = offset[i] * _window.Dilations[axis] - _window.Begin[axis];
            pads[2 + axis] = begin;
            pads[rank + 4 + axis] = _window.Input[axis] - _window.Output[axis] - begin;
        }

        return _g.Pad(gradient, pads);
    }

    private long Offsets(IEnumerable<int> axes) => axes.Aggregate(1L, (product, axis) => product * Kernel(axis));

    private long Kernel(int axis) => _window.Kernel[axis];
}
