using OnnxSplitter.Gradients.Building;
using Type = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Gradients.Definitions;

/// <summary>Looks images [N, C, H, W] up at points between their pixels.</summary>
internal sealed class ImageSampler
{
    private readonly GraphBuilder _g;
    private readonly long[] _dims;
    private readonly string _rows;

    public ImageSampler(GraphBuilder g, string images, long[] dims)
    {
        (_g, _dims) = (g, dims);
        _rows = g.Reshape(g.Transpose(images, 0, 2, 3, 1), dims[0] * dims[2] * dims[3], dims[1]);
    }

    /// <summary>Between four pixels.</summary>
    /// <param name="images">Which image each row of points is of, int64 [K, 1].</param>
    /// <param name="y">Down, in pixels [K, P].</param>
    /// <param name="x">Across.</param>
    /// <param name="zeros">Whether what lies outside is 0; otherwise it is the nearest pixel.</param>
    /// <returns>[K, P, C].</returns>
    public string Between(string images, string y, string x, bool zeros)
    {
        var (rows, columns) = (Neighbours(y, _dims[2], zeros), Neighbours(x, _dims[3], zeros));
        return rows.SelectMany(_ => columns, (row, column) => _g.Mul(
            At(images, row.Index, column.Index), _g.Op("Unsqueeze", [_g.Mul(row.Weight, column.Weight), _g.Ints(2)])))
                .Aggregate(_g.Add);
    }

    /// <summary>The nearest pixel, of two the even one.</summary>
    /// <inheritdoc cref="Between"/>
    public string Nearest(string images, string y, string x, bool zeros)
    {
        var (row, column) = (_g.Op("Round", [y]), _g.Op("Round", [x]));
        var pixels = At(images, Index(row, _dims[2]), Index(column, _dims[3]));
        return zeros
            ? _g.Mul(pixels, _g.Op("Unsqueeze", [_g.Mul(Inside(row, _dims[2]), Inside(column, _dims[3])), _g.Ints(2)]))
            : pixels;
    }

    private (string Index, string Weight)[] Neighbours(string at, long size, bool zeros)
    {
        var before = _g.Op("Floor", [at]);
        var share = _g.Sub(at, before);
        return [One(before, _g.Sub(_g.Scalar(1), share)), One(_g.Add(before, _g.Scalar(1)), share)];

        (string, string) One(string pixel, string weight) =>
            (Index(pixel, size), zeros ? _g.Mul(weight, Inside(pixel, size)) : weight);
    }

    private string Index(string pixel, long size) =>
        _g.Op("Cast", [_g.Op("Clip", [pixel, _g.Scalar(0), _g.Scalar(size - 1)])], ("to", (long)Type.Int64));

    private string Inside(string pixel, long size) => _g.Op("Cast",
        [
            _g.Op("And",
                [_g.Op("GreaterOrEqual", [pixel, _g.Scalar(0)]), _g.Op("LessOrEqual", [pixel, _g.Scalar(size - 1)])]),
        ],
        ("to", (long)Type.Float));

    private string At(string images, string row, string column)
    {
        var first = _g.Mul(images, _g.Indices([_dims[2] * _dims[3]]));
        return _g.Op(
            "Gather", [_rows, _g.Add(first, _g.Add(_g.Mul(row, _g.Indices([_dims[3]])), column))], ("axis", 0L));
    }
}
