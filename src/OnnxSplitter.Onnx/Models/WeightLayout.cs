using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Onnx.Models;

/// <summary>
/// How a layer's weights lie: rows and columns, which are channels of its output and of its input or the other way
/// round, and as many taps for each pair.
/// </summary>
/// <param name="RowsAreOutputs">Whether a row makes a channel of the output; else a column does.</param>
/// <param name="Rows">How many there are.</param>
/// <param name="Columns">How many each row has, those of its group.</param>
/// <param name="Taps">Weights of each pair of channels.</param>
/// <param name="Groups">Groups of rows, each of which has columns of its own.</param>
internal sealed record WeightLayout(bool RowsAreOutputs, int Rows, int Columns, int Taps, int Groups)
{
    private const int LeadingAxes = 2;

    /// <summary>Channels of the input.</summary>
    public int Inputs => RowsAreOutputs ? Columns * Groups : Rows;

    /// <summary>Channels of the output.</summary>
    public int Outputs => RowsAreOutputs ? Rows : Columns * Groups;

    /// <summary>Weights.</summary>
    public int Count => Rows * Columns * Taps;

    /// <summary>Finds it.</summary>
    /// <returns>Null where weights of this shape make no channels.</returns>
    public static WeightLayout? Of(LinearLayer layer, IReadOnlyList<long> dims)
    {
        var matrix = layer.Form == LinearForm.MatrixProduct;
        if (matrix ? dims.Count != LeadingAxes : dims.Count <= LeadingAxes) return null;
        if (dims.Any(dim => dim <= 0)) return null;
        if (dims.Aggregate(1.0, (product, dim) => product * dim) > int.MaxValue) return null;
        var groups = matrix ? 1 : Math.Max(1, layer.Int("group"));
        if (dims[0] % groups != 0 || dims[1] * groups > int.MaxValue) return null;
        return new WeightLayout(
            layer.Form == LinearForm.Convolution || matrix && layer.Int("transB") != 0, (int)dims[0], (int)dims[1],
            (int)dims.Skip(LeadingAxes).Aggregate(1L, (product, dim) => product * dim), (int)groups);
    }

    /// <summary>
    /// The channels, of the input and of the output, whose weight lies at a flat index, and which tap.
    /// </summary>
    public (int Input, int Output, int Tap) Place(int index)
    {
        var (row, column) = (index / Taps / Columns, index / Taps % Columns);
        var channel = row / (Rows / Groups) * Columns + column;
        return RowsAreOutputs ? (channel, row, index % Taps) : (row, channel, index % Taps);
    }

    /// <summary>The flat index of a weight; null for channels of different groups.</summary>
    public long? IndexOf(int input, int output, int tap)
    {
        var (row, channel) = RowsAreOutputs ? (output, input) : (input, output);
        var column = channel - row / (Rows / Groups) * Columns;
        return column < 0 || column >= Columns ? null : ((long)row * Columns + column) * Taps + tap;
    }
}
