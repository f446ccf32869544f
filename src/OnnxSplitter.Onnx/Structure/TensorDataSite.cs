using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Onnx.Wire;

namespace OnnxSplitter.Onnx.Structure;

/// <summary>Where the values of one <c>TensorProto</c> or of one list of floats lie in the file.</summary>
internal sealed class TensorDataSite
{
    // Exporters write one piece. A file could have one for every value, and this list would then outgrow it.
    private const int MostParts = 256;

    private readonly List<StoragePart> _parts = [];
    private long _lowest;
    private long _highest;
    private bool _overlong;

    /// <summary>The pieces, in file order.</summary>
    public IReadOnlyList<StoragePart> Parts => _parts;

    /// <summary>The field that holds them: <c>raw_data</c>, <c>float_data</c>, ...; 0 without values.</summary>
    public int Field { get; private set; }

    /// <summary>Bytes of all pieces.</summary>
    public long Length { get; private set; }

    /// <summary>The values lie in more pieces than can be followed, or in several fields.</summary>
    public bool Scattered { get; private set; }

    /// <summary>Notes a piece.</summary>
    /// <param name="field">The field that holds it.</param>
    /// <param name="part">The piece.</param>
    public void Add(int field, StoragePart part)
    {
        Length += part.Length;
        if (Field != 0 && Field != field || field == TensorFields.RawData && _parts.Count > 0
            || _parts.Count == MostParts)
            Scattered = true;
        Field = field;
        if (Scattered) return;
        if (part.Form is StorageForm.Tagged or StorageForm.TaggedVarints && _parts.Count > 0
            && _parts[^1] is var last && last.Form == part.Form && last.Offset + last.Length == part.Offset)
            _parts[^1] = last with { Length = last.Length + part.Length, Numbers = last.Numbers + part.Numbers };
        else
            _parts.Add(part);
    }

    /// <summary>Notes one of the varints of a piece.</summary>
    /// <param name="number">What it stands for.</param>
    /// <param name="length">Its bytes.</param>
    public void AddNumber(ulong number, long length)
    {
        (_lowest, _highest) = (Math.Min(_lowest, (long)number), Math.Max(_highest, (long)number));
        _overlong |= length != Varints.Length(number);
    }

    /// <summary>
    /// Whether all varints are just what is written for a type's bits. If not, a value that is put back would not be
    /// the same bytes.
    /// </summary>
    /// <param name="type">A type of 8 or 16 bits.</param>
    public bool HoldsNumbersOf(ElementType type)
    {
        var (lowest, highest) = type.IsInteger
            ? (Nearest(double.NegativeInfinity), Nearest(double.PositiveInfinity))
            : (0, (1 << type.BitWidth) - 1);
        return !_overlong && _lowest >= lowest && _highest <= highest;

        long Nearest(double value) => (long)type.Decode(type.Encode(value));
    }

    /// <summary>Notes values that can't be patched one by one.</summary>
    public void Scatter() => Scattered = true;
}
