namespace OnnxSplitter.Onnx.Operators;

/// <summary>
/// Ops without weights and gradients: what makes values, counts, draws, compares texts, and control flow.
/// </summary>
internal static class OtherOperators
{
    /// <summary>Nothing stands in the way of a rule but that nobody wrote it.</summary>
    public const string NotWritten = "not written yet";

    private const string Repeated = "bodies that run several times are not followed";
    private const string Sequences = "sequences of tensors are not followed";
    private const string Optionals = "optional values are not followed";

    private const string Made = "it makes values, of no other ones";
    private const string Integers = "it gives positions or counts";
    private const string Drawn = "it draws values at random";
    private const string Texts = "it works on texts or bytes";

    public static IEnumerable<Operator> Rows =>
    [
        new("ArgMax") { NoDerivative = Integers },
        new("ArgMin") { NoDerivative = Integers },
        new("Bernoulli") { NoDerivative = Drawn },
        new("BlackmanWindow") { NoDerivative = Made },
        new("ConcatFromSequence") { NoRule = Sequences },
        new("Constant") { NoDerivative = Made },
        new("ConstantOfShape") { NoDerivative = Made },
        new("EyeLike") { NoDerivative = Made },
        new("HammingWindow") { NoDerivative = Made },
        new("HannWindow") { NoDerivative = Made },
        new("If") { WrittenAs = "its taken branch" },
        new("ImageDecoder") { NoDerivative = Texts },
        new("Loop") { NoRule = Repeated },
        new("MelWeightMatrix") { NoDerivative = Made },
        new("Multinomial") { NoDerivative = Drawn },
        new("NonMaxSuppression") { NoDerivative = Integers },
        new("NonZero") { NoDerivative = Integers },
        new("OneHot") { NoDerivative = Integers },
        new("Optional") { NoRule = Optionals },
        new("OptionalGetElement") { NoRule = Optionals },
        new("OptionalHasElement") { NoDerivative = Integers },
        new("RandomNormal") { NoDerivative = Drawn },
        new("RandomNormalLike") { NoDerivative = Drawn },
        new("RandomUniform") { NoDerivative = Drawn },
        new("RandomUniformLike") { NoDerivative = Drawn },
        new("Range") { NoDerivative = Made },
        new("RegexFullMatch") { NoDerivative = Texts },
        new("Scan") { NoRule = Repeated },
        new("SequenceAt") { NoRule = Sequences },
        new("SequenceConstruct") { NoRule = Sequences },
        new("SequenceEmpty") { NoRule = Sequences },
        new("SequenceErase") { NoRule = Sequences },
        new("SequenceInsert") { NoRule = Sequences },
        new("SequenceLength") { NoDerivative = Integers },
        new("SequenceMap") { NoRule = Sequences },
        new("Shape") { NoDerivative = Integers },
        new("Size") { NoDerivative = Integers },
        new("SplitToSequence") { NoRule = Sequences },
        new("StringConcat") { NoDerivative = Texts },
        new("StringNormalizer") { NoDerivative = Texts },
        new("StringSplit") { NoDerivative = Texts },
        new("TfIdfVectorizer") { NoDerivative = Texts },
    ];
}
