using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Tensors;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Data;

/// <summary>One input to draw values for.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Element type.</param>
/// <param name="Dims">Shape for one example: with the batch axis if <paramref name="Whole"/>.</param>
/// <param name="Whole">Whether a run takes one example.</param>
/// <param name="Kind">What its values are like.</param>
/// <param name="Range">Values, if it is of integers; null where every one will do.</param>
internal sealed record DrawnInput(
    string Name, TensorElementType Type, long[] Dims, bool Whole, InputKind Kind, IntegerRange? Range)
{
    // A table of categories that a model was not told the size of is small.
    private const int Categories = 16;

    /// <summary>What strings are drawn from; all are empty where there are none.</summary>
    public IReadOnlyList<string> Texts { get; init; } = [];

    /// <summary>Values per example.</summary>
    public long Count => Dims.Aggregate(1L, (product, dim) => checked(product * dim));

    /// <summary>Shape for a run of one example.</summary>
    public long[] RunDims => Whole ? Dims : [1, .. Dims];

    /// <summary>What is drawn, in a few words.</summary>
    public string Words(DrawStyle style) => Kind switch
    {
        InputKind.Mask => "mask",
        InputKind.Text => Texts.Count == 0 ? "empty strings" : $"{Texts.Count} texts that the model knows",
        InputKind.Image => Type == TensorElementType.UInt8 ? "scenes" : $"scenes, {style.Name}",
        InputKind.Sound => "tones",
        _ when IsInteger => Integers(style) is var (low, high) && high - low == 1 ? $"{low}" : $"{low} to {high - 1}",
        _ => Type == TensorElementType.Bool ? "true" : style.Name,
    };

    /// <summary>Whether a style changes what is drawn.</summary>
    public bool HasStyle => Kind switch
    {
        InputKind.Mask or InputKind.Text => false,
        InputKind.Numbers when IsInteger => Range is null,
        _ => Type != TensorElementType.Bool,
    };

    /// <summary>Draws values.</summary>
    /// <param name="random">Where they come from.</param>
    /// <param name="style">In what size.</param>
    /// <param name="form">What masks are like.</param>
    /// <param name="shares">By example, the share of positions that masks let count.</param>
    /// <exception cref="ModelFormatException">A type that nothing is drawn for.</exception>
    public NumpyArray Draw(SeededNormal random, DrawStyle style, MaskForm form, IReadOnlyList<double> shares)
    {
        var values = checked((int)(Count * shares.Count));
        if (Kind == InputKind.Text)
            return Texts.Count == 0 ? new(Type, [shares.Count, .. Dims], []) : Of(random, [shares.Count, .. Dims]);
        if (Kind == InputKind.Mask) return Of(Masks(form, shares), values);
        if (IsInteger && Kind == InputKind.Numbers)
        {
            return Of(shares.SelectMany(_ => Numbers(random, Integers(style))), values);
        }

        if (Type == TensorElementType.Bool) return Of(Enumerable.Repeat(1.0, values), values);
        return Of(Floats(random, style, shares.Count), values);
    }

    private NumpyArray Of(SeededNormal random, long[] dims)
    {
        var count = dims.Aggregate(1L, (product, dim) => product * dim);
        return TextArray.Of([.. Enumerable.Range(0, (int)count).Select(_ => Texts[(int)random.Next(0, Texts.Count)])],
            dims) ?? throw new ModelFormatException($"Input '{Name}' is too large to be drawn.", "Pass examples.");
    }

    private bool IsInteger => IntegerRange.Largest(Type) is not null;

    private IntegerRange Integers(DrawStyle style) =>
        Range ?? new(0, Math.Max(2, (long)(Categories * style.Scale)));

    /// <summary>
    /// One example's integers. Positions in a table are few different ones in some examples, as words of a text recur:
    /// many different ones have a mean that hardly differs from example to example.
    /// </summary>
    private IEnumerable<double> Numbers(SeededNormal random, IntegerRange range)
    {
        var different = Range is null ? (int)Count : (int)Math.Exp(random.Between(0, Math.Log(Count + 1)));
        long[] pool = [.. Enumerable.Range(0, Math.Max(1, different)).Select(_ => random.Next(range.Low, range.High))];
        return Enumerable.Range(0, (int)Count)
            .Select(i => (double)pool[pool.Length < Count ? random.Next(0, pool.Length) : i]);
    }

    private IEnumerable<double> Floats(SeededNormal random, DrawStyle style, int examples)
    {
        var size = Type == TensorElementType.UInt8 ? DrawStyle.Bytes : style;
        for (var example = 0; example < examples; example++)
        {
            if (style.Structured && Kind == InputKind.Image)
                foreach (var value in Image(random)) yield return size.Of(value);
            else if (style.Structured && Kind == InputKind.Sound)
                foreach (var value in Wave.Draw((int)Count, random)) yield return value;
            else
                for (var i = 0L; i < Count; i++) yield return size.Of(random.Next());
        }
    }

    private float[] Image(SeededNormal random)
    {
        var dims = RunDims;
        if (ImageAxes.ChannelsFirst(dims))
            return Scene.Draw((int)dims[1], (int)dims[2], (int)dims[3], random);
        var (channels, pixels) = ((int)dims[3], (int)(dims[1] * dims[2]));
        var planes = Scene.Draw(channels, (int)dims[1], (int)dims[2], random);
        var image = new float[planes.Length];
        for (var i = 0; i < image.Length; i++) image[i] = planes[i % channels * pixels + i / channels];
        return image;
    }

    private IEnumerable<double> Masks(MaskForm form, IReadOnlyList<double> shares)
    {
        var length = Dims.Length > 0 ? Dims[^1] : 1;
        return shares.SelectMany(share => Enumerable.Range(0, (int)Count).Select(i =>
            form == MaskForm.Whole || i % length < Math.Max(1, share * length) == (form == MaskForm.Counting)
                ? 1.0 : 0.0));
    }

    private NumpyArray Of(IEnumerable<double> values, int count) => Type switch
    {
        TensorElementType.Float => Of(values, count, value => (float)value),
        TensorElementType.Double => Of(values, count, value => value),
        TensorElementType.Float16 => Of(values, count, value => (Half)value),
        TensorElementType.BFloat16 => Of(values, count, value => (ushort)ElementType.BFloat16.Encode(value)),
        TensorElementType.Int64 => Of(values, count, value => (long)value),
        TensorElementType.Int32 => Of(values, count, value => (int)value),
        TensorElementType.Int16 => Of(values, count, value => (short)value),
        TensorElementType.Int8 => Of(values, count, value => (sbyte)value),
        TensorElementType.UInt64 => Of(values, count, value => (ulong)value),
        TensorElementType.UInt32 => Of(values, count, value => (uint)value),
        TensorElementType.UInt16 => Of(values, count, value => (ushort)value),
        TensorElementType.UInt8 or TensorElementType.Bool => Of(values, count, value => (byte)value),
        _ => throw new ModelFormatException(
            $"Input '{Name}' is {Type}: no values are drawn for that type.", "Pass examples."),
    };

    private NumpyArray Of<T>(IEnumerable<double> values, int count, Func<double, T> convert) where T : unmanaged
    {
        var data = GC.AllocateUninitializedArray<byte>(checked(count * Marshal.SizeOf<T>()));
        var to = MemoryMarshal.Cast<byte, T>(data.AsSpan());
        var at = 0;
        foreach (var value in values) to[at++] = convert(value);
        return new NumpyArray(Type, [count / (int)Math.Max(1, Count), .. Dims], data);
    }
}
