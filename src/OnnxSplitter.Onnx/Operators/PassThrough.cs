namespace OnnxSplitter.Onnx.Operators;

/// <summary>How the values of an op's first input come out again.</summary>
public enum PassThrough
{
    /// <summary>Not as such.</summary>
    None,

    /// <summary>As they are.</summary>
    Unchanged,

    /// <summary>In the same order, in another shape.</summary>
    Reshaped,

    /// <summary>With the axes in another order, as the attribute <c>perm</c> says; reversed without it.</summary>
    Permuted,

    /// <summary>Converted to another type.</summary>
    Converted,

    /// <summary>Numbers as the integers that stand for them.</summary>
    Quantized,

    /// <summary>Integers as the numbers that they stand for; the third input is their zero points.</summary>
    Dequantized,

    /// <summary>Some of them, or some several times, or with others around: no longer the tensor as it was.</summary>
    Selected,

    /// <summary>Beside those of all other inputs, which come out in the same way.</summary>
    Joined,
}
