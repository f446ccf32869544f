using OnnxSplitter.Runtime;

namespace OnnxSplitter.Native;

/// <summary>An open model, and what is said of its parts.</summary>
internal sealed class OpenModel(RestoredModel model) : IDisposable
{
    // Handed out by address, so they live as long as this.
    private readonly byte[][] _names = [.. model.Parts.Select(part => NativeText.Of(part.Name))];

    /// <summary>Number of parts.</summary>
    public int Count => _names.Length;

    /// <summary>Describes a part.</summary>
    /// <exception cref="BadArgumentException">There is none of that index.</exception>
    public NativePart Part(int index)
    {
        if (index < 0 || index >= Count)
            throw new BadArgumentException(
                $"There is no part {index}; the model has {Count}.", "Ask for those below onnxsplit_part_count.");
        var (_, address, length) = model.Parts[index];
        return new NativePart
        {
            Name = NativeText.AddressOf(_names[index]),
            Data = address,
            Length = (ulong)length,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => model.Dispose();
}
