using Google.Protobuf;
using Onnx;
using Type = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Gradients;

/// <summary>Short words for the inputs and attributes of a case.</summary>
internal static class Operands
{
    /// <summary>An optional input that is not given.</summary>
    public static Operand None { get; } = new([]);

    /// <summary>Values of either sign.</summary>
    public static Operand X(params long[] dims) => Within(-1, 1, dims);

    /// <summary>Values well above 0, for logarithms, roots and divisors.</summary>
    public static Operand Positive(params long[] dims) => Within(0.6f, 2, dims);

    public static Operand Within(float low, float high, params long[] dims) => new(
        dims,
        (random, count) => [.. Enumerable.Range(0, count).Select(_ => low + (high - low) * random.NextSingle())]);

    /// <summary>No two values are closer than a step of the check can bridge: a maximum stays where it is.</summary>
    public static Operand Distinct(params long[] dims) => new(
        dims,
        (random, count) =>
        {
            var values = Enumerable.Range(0, count).Select(i => 0.1f * (i - count / 2)).ToArray();
            random.Shuffle(values);
            return values;
        });

    /// <summary>Values within [-1, 1] and at least 0.1 away from each kink.</summary>
    public static Operand AwayFrom(float[] kinks, params long[] dims) => new(
        dims,
        (random, count) => [.. Enumerable.Range(0, count).Select(_ =>
        {
            while (true)
            {
                var value = 2 * random.NextSingle() - 1;
                if (kinks.All(kink => Math.Abs(value - kink) > 0.1f)) return value;
            }
        })]);

    /// <summary>A one-dimensional int64 constant.</summary>
    public static Operand Ints(params long[] values) => IntsOf([values.Length], values);

    public static Operand IntsOf(long[] dims, params long[] values) => new(
        dims, Constant: new TensorProto { DataType = (int)Type.Int64, Dims = { dims }, Int64Data = { values } });

    public static Operand Int32s(params int[] values) => Int32s([values.Length], values);

    public static Operand Int32s(long[] dims, int[] values) => new(
        dims, Constant: new TensorProto { DataType = (int)Type.Int32, Dims = { dims }, Int32Data = { values } });

    public static Operand Floats(long[] dims, params float[] values) => new(
        dims, Constant: new TensorProto { DataType = (int)Type.Float, Dims = { dims }, FloatData = { values } });

    public static Operand Bools(long[] dims, params bool[] values) => new(
        dims,
        Constant: new TensorProto
        {
            DataType = (int)Type.Bool,
            Dims = { dims },
            RawData = ByteString.CopyFrom([.. values.Select(value => value ? (byte)1 : (byte)0)]),
        });

    /// <summary>An attribute of several integers.</summary>
    public static long[] L(params long[] values) => values;
}
