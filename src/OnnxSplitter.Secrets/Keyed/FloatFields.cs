using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Secrets.Keyed;

/// <summary>
/// Which bits of a weight are what (IEEE 754 interchange formats; bfloat16 is the upper half of binary32).
/// </summary>
/// <param name="Sign">The sign.</param>
/// <param name="Exponent">The exponent field; of codes, which have none, nothing.</param>
/// <param name="MantissaBits">Bits of the mantissa.</param>
internal readonly record struct FloatFields(ulong Sign, ulong Exponent, int MantissaBits)
{
    // Of float16 and bfloat16, all bits below the sign.
    private const int FineClassBits = 15;

    /// <summary>All but the sign.</summary>
    public ulong Magnitude => Sign - 1;

    /// <summary>Those of a type of floats.</summary>
    public static FloatFields Of(ElementType type)
    {
        var mantissa = type == ElementType.Float64 ? 52
            : type == ElementType.Float32 ? 23
            : type == ElementType.BFloat16 ? 7
            : type == ElementType.Float16 ? 10
            : throw new ArgumentException($"{type} is no type of floats.", nameof(type));
        var sign = 1UL << type.BitWidth - 1;
        return new FloatFields(sign, (sign - 1) >> mantissa << mantissa, mantissa);
    }

    /// <summary>
    /// How many of the lowest bits a weight's class of magnitude leaves out: the rules change none of the others.
    /// </summary>
    public int ClassShift(KeyedRules rules, int bitWidth) =>
        rules.HasFlag(KeyedRules.Mantissa) ? MantissaBits : bitWidth - 1 - FineClassBits;
}
