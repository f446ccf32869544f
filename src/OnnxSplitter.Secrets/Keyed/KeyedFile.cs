using OnnxSplitter.Onnx.Files;

namespace OnnxSplitter.Secrets.Keyed;

/// <summary>What a key makes of one of a model's files.</summary>
internal sealed class KeyedFile : IPieceChange
{
    private readonly KeyedTensor[] _tensors;
    private readonly bool _back;

    /// <param name="tensors">Those of the file.</param>
    /// <param name="length">Its length.</param>
    /// <param name="back">Whether the change is taken back.</param>
    /// <exception cref="ArgumentException">Two share bytes, or one lies outside the file.</exception>
    public KeyedFile(IEnumerable<KeyedTensor> tensors, long length, bool back)
    {
        _tensors = [.. tensors.OrderBy(tensor => tensor.Start)];
        _back = back;
        var end = 0L;
        foreach (var tensor in _tensors)
        {
            if (tensor.Start < end || tensor.Length > length - tensor.Start)
                throw new ArgumentException("Tensors that change share no bytes.", nameof(tensors));
            end = tensor.Start + tensor.Length;
        }

        Touched = [.. _tensors.Select(tensor => (tensor.Start, tensor.Length))];
    }

    /// <inheritdoc/>
    public IReadOnlyList<(long Start, long Length)> Touched { get; }

    /// <inheritdoc/>
    public long Cut(long position)
    {
        var next = FirstAfter(position);
        if (next == _tensors.Length || _tensors[next].Start >= position) return position;
        var (start, block) = (_tensors[next].Start, _tensors[next].BlockLength);
        return start + (position - start) / block * block;
    }

    /// <inheritdoc/>
    public void Apply(Span<byte> piece, long position)
    {
        var end = position + piece.Length;
        for (var i = FirstAfter(position); i < _tensors.Length && _tensors[i].Start < end; i++)
        {
            var tensor = _tensors[i];
            var (from, to) = (Math.Max(tensor.Start, position), Math.Min(tensor.Start + tensor.Length, end));
            tensor.Apply(piece[(int)(from - position)..(int)(to - position)], from - tensor.Start, _back);
        }
    }

    /// <summary>The first tensor that ends behind a position.</summary>
    private int FirstAfter(long position)
    {
        var (low, high) = (0, _tensors.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_tensors[middle].Start + _tensors[middle].Length > position) high = middle;
            else low = middle + 1;
        }

        return low;
    }
}
