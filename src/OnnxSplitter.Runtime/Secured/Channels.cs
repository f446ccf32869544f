using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace OnnxSplitter.Runtime.Secured;

/// <summary>Some channels of a tensor of float32.</summary>
/// <param name="Axis">Along which they lie; -1 for the last.</param>
/// <param name="Places">Which, ascending; none for all.</param>
internal sealed record Channels(int Axis, IReadOnlyList<int> Places)
{
    /// <summary>Whether they are the same as others.</summary>
    public bool IsLike(Channels other) => Axis == other.Axis && Places.SequenceEqual(other.Places);

    /// <summary>Copies them.</summary>
    /// <param name="value">Still the caller's.</param>
    /// <returns>The caller's to dispose; null if they are all that there are.</returns>
    /// <exception cref="SecuredException">It has no such channels.</exception>
    public OrtValue? Of(OrtValue value)
    {
        if (Places.Count == 0) return null;
        var (dims, outer, count, inner) = Shape(value);
        var axis = Axis < 0 ? dims.Length - 1 : Axis;
        var result = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float,
            [.. dims.Select((dim, i) => i == axis ? Places.Count : dim)]);
        var from = value.GetTensorDataAsSpan<float>();
        var to = result.GetTensorMutableDataAsSpan<float>();
        for (var (o, at) = (0, 0); o < outer; o++)
            foreach (var place in Places)
            {
                from.Slice((o * count + place) * inner, inner).CopyTo(to[at..]);
                at += inner;
            }

        return result;
    }

    /// <summary>Adds a tensor to them.</summary>
    /// <param name="value">Changed in place.</param>
    /// <param name="more">Of the same shape, but for the channels.</param>
    /// <exception cref="SecuredException">They do not fit together.</exception>
    public void Add(OrtValue value, OrtValue more)
    {
        var (dims, outer, count, inner) = Shape(value);
        var axis = Axis < 0 ? dims.Length - 1 : Axis;
        if (!more.GetTensorTypeAndShape().Shape.SequenceEqual(
            dims.Select((dim, i) => i == axis && Places.Count > 0 ? Places.Count : dim)))
            throw SecuredException.Unlike("what is to be added has another shape than the layer's output");
        var to = value.GetTensorMutableDataAsSpan<float>();
        var from = more.GetTensorDataAsSpan<float>();
        if (Places.Count == 0)
        {
            Add(to, from);
            return;
        }

        for (var (o, at) = (0, 0); o < outer; o++)
            foreach (var place in Places)
            {
                Add(to.Slice((o * count + place) * inner, inner), from.Slice(at, inner));
                at += inner;
            }
    }

    private (long[] Dims, int Outer, int Count, int Inner) Shape(OrtValue value)
    {
        var shape = value.GetTensorTypeAndShape();
        var axis = Axis < 0 ? shape.Shape.Length - 1 : Axis;
        if (shape.ElementDataType != TensorElementType.Float || axis < 0 || axis >= shape.Shape.Length
            || Places.Any(place => place < 0 || place >= shape.Shape[axis]))
            throw SecuredException.Unlike("the layer has no such channels of float32");
        return (shape.Shape, Product(shape.Shape.AsSpan(..axis)), (int)shape.Shape[axis],
            Product(shape.Shape.AsSpan((axis + 1)..)));
    }

    private static void Add(Span<float> to, ReadOnlySpan<float> from)
    {
        var wide = MemoryMarshal.Cast<float, Vector<float>>(to);
        var more = MemoryMarshal.Cast<float, Vector<float>>(from);
        for (var i = 0; i < wide.Length; i++) wide[i] += more[i];
        for (var i = wide.Length * Vector<float>.Count; i < to.Length; i++) to[i] += from[i];
    }

    private static int Product(ReadOnlySpan<long> dims)
    {
        var product = 1L;
        foreach (var dim in dims) product *= dim;
        return checked((int)product);
    }
}
