namespace OnnxSplitter.Onnx.Operators;

/// <summary>
/// What an op does with its inputs, and whether a gradient passes it: a row of <see cref="OperatorTable"/>.
/// </summary>
/// <param name="name">The op's type, such as <c>Conv</c>.</param>
/// <param name="domain">Its domain; empty for ONNX's own.</param>
/// <remarks>
/// Inputs are given by index. What holds for a certain opset is said of the form of opset 18, or of the later one in
/// which the op came. An op has a gradient rule or definition unless one of <see cref="NoDerivative"/>,
/// <see cref="NoRule"/> and <see cref="WrittenAs"/> says otherwise.
/// </remarks>
public sealed class Operator(string name, string domain = "")
{
    /// <summary>Domain of the ops that ONNX Runtime adds, and that its optimiser writes.</summary>
    public const string Microsoft = "com.microsoft";

    /// <summary>Domain of ONNX's classical models: trees, linear models, support vector machines.</summary>
    public const string Classical = "ai.onnx.ml";

    /// <summary>The op's type.</summary>
    public string Name => name;

    /// <summary>Its domain; empty for ONNX's own.</summary>
    public string Domain => domain;

    /// <summary>First opset of the default domain in which the op is known; 1 where every opset will do.</summary>
    public long Since { get; init; } = 1;

    /// <summary>Inputs of weights that the op multiplies by.</summary>
    public IReadOnlyList<int> Multiplied { get; init; } = [];

    /// <summary>Inputs of weights that it adds.</summary>
    public IReadOnlyList<int> Added { get; init; } = [];

    /// <summary>Inputs of integers that it multiplies by, less their zero points.</summary>
    public IReadOnlyList<QuantizedInput> Quantized { get; init; } = [];

    /// <summary>An input of numbers that share bytes; null for none.</summary>
    public PackedInput? Packed { get; init; }

    /// <summary>Attributes that hold what was learnt.</summary>
    public IReadOnlyList<WeightAttribute> Attributes { get; init; } = [];

    /// <summary>
    /// Whether it brings inputs to a common scale, which anybody does who has inputs: there is nothing to protect in
    /// what comes out.
    /// </summary>
    public bool Prepares { get; init; }

    /// <summary>
    /// Of an op that normalises: the inputs with one number for each channel, in the order scale, shift, mean,
    /// variance.
    /// </summary>
    public IReadOnlyList<int> PerChannel { get; init; } = [];

    /// <summary>How the values of the first input come out again.</summary>
    public PassThrough Passes { get; init; }

    /// <summary>
    /// Whether inputs are repeated to the output's shape. The gradient rule of such an op gives gradients of that
    /// shape, and who calls it sums them up again.
    /// </summary>
    public bool Broadcasts { get; init; }

    /// <summary>In what way the output is linear in the weights.</summary>
    public LinearForm Linear { get; init; }

    /// <summary>Whether it takes its second input off the first.</summary>
    public bool Subtracts { get; init; }

    /// <summary>Whether it says where its two inputs are equal.</summary>
    public bool TestsEquality { get; init; }

    /// <summary>Why it has no derivative, so that gradients stop there on purpose; null if it has one.</summary>
    public string? NoDerivative { get; init; }

    /// <summary>
    /// Why nothing is known of its gradient, so that one that has to pass it is refused; null if it is known.
    /// </summary>
    public string? NoRule { get; init; }

    /// <summary>What stands in its place before anything is differentiated; null if it stays.</summary>
    public string? WrittenAs { get; init; }

    /// <summary>Whether an input may hold trained weights.</summary>
    public bool HasWeights => Multiplied.Count + Added.Count + Quantized.Count > 0 || Packed is not null;

    /// <inheritdoc/>
    public override string ToString() => domain.Length > 0 ? $"{domain}.{name}" : name;
}
