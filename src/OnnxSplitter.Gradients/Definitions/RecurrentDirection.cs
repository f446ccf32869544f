using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Gradients.Rules;

namespace OnnxSplitter.Gradients.Definitions;

/// <summary>The weights and activations of one direction.</summary>
internal sealed class RecurrentDirection
{
    // Parameters of activations that have some, where the op gives none (ONNX LSTM-14; ORT takes its own ops'
    // defaults).
    private static readonly Dictionary<string, (float? Alpha, float? Beta)> Defaults =
        new(StringComparer.OrdinalIgnoreCase)
        {
            ["Affine"] = (1, 0),
            ["Elu"] = (1, null),
            ["HardSigmoid"] = (0.2f, 0.5f),
            ["LeakyRelu"] = (0.01f, null),
            ["Relu"] = (null, null),
            ["ScaledTanh"] = (1, 1),
            ["Sigmoid"] = (null, null),
            ["Softplus"] = (null, null),
            ["Softsign"] = (null, null),
            ["Tanh"] = (null, null),
            ["ThresholdedRelu"] = (1, null),
        };

    private readonly RuleContext _c;
    private readonly int _index;
    private readonly long _gates;
    private readonly long _hidden;
    private readonly (string Name, float? Alpha, float? Beta)[] _activations;
    private readonly string? _inputBias;
    private readonly string? _lastBias;

    public RecurrentDirection(
        RuleContext c, int index, int gates, long hidden, string[] activations, bool biasOfLastGateApart)
    {
        (_c, _index, _gates, _hidden) = (c, index, gates, hidden);
        _activations = Activations(activations);
        var g = c.Graph;
        Recurrent = g.Transpose(g.Reshape(Part(2), gates * hidden, hidden), 1, 0);
        if (!c.HasInput(3)) return;
        var both = g.Split(Part(3), axis: 1, parts: 2);
        if (biasOfLastGateApart)
        {
            _lastBias = g.Slice(both[1], [(gates - 1) * hidden], [gates * hidden], [1], [1]);
            var others = g.Slice(both[1], [0], [(gates - 1) * hidden], [1], [1]);
            both[1] = g.Concat([others, g.Zeros(1, hidden)], axis: 1);
        }

        _inputBias = g.Add(both[0], both[1]);
    }

    /// <summary>R transposed, [H, gates H].</summary>
    public string Recurrent { get; }

    /// <summary>This direction's part of an input, the first axis kept.</summary>
    public string Part(int input) => _c.InputDims(input)[0] == 1
        ? _c.Input(input)
        : _c.Graph.Slice(_c.Input(input), [_index], [_index + 1], [0], [1]);

    /// <summary>What all steps add to their gates: [steps, batch, gates H].</summary>
    public string InputGates(string x)
    {
        var g = _c.Graph;
        var product = g.MatMul(x, g.Transpose(g.Reshape(Part(1), _gates * _hidden, _c.InputDims(1)[2]), 1, 0));
        return _inputBias is null ? product : g.Add(product, _inputBias);
    }

    /// <summary>Adds the recurrent bias of the last gate.</summary>
    public string Biased(string value) => _lastBias is null ? value : _c.Graph.Add(value, _lastBias);

    /// <summary>Applies the activation of that number, after clipping.</summary>
    public string Activate(int which, string x, bool clipped = true)
    {
        var g = _c.Graph;
        var bound = _c.Node.Float("clip", 0);
        if (clipped && bound > 0) x = g.Op("Clip", [x, g.Scalar(-bound), g.Scalar(bound)]);
        var (name, alpha, beta) = _activations[which];
        if (name == "Affine") return g.Add(g.Mul(x, g.Scalar(alpha!.Value)), g.Scalar(beta!.Value));
        if (name == "ScaledTanh") return g.Mul(g.Op("Tanh", [g.Mul(x, g.Scalar(beta!.Value))]), g.Scalar(alpha!.Value));
        var attributes = new List<(string, object)>();
        if (alpha is { } a) attributes.Add(("alpha", a));
        if (beta is { } b) attributes.Add(("beta", b));
        return g.Op(name, [x], [.. attributes]);
    }

    /// <summary>
    /// Names and parameters are listed direction after direction; only activations that have parameters take one.
    /// </summary>
    private (string, float?, float?)[] Activations(string[] otherwise)
    {
        var names = _c.Node.Find("activations")?.Strings.Select(name => name.ToStringUtf8()).ToArray()
            ?? [.. Enumerable.Repeat(otherwise, _index + 1).SelectMany(all => all)];
        var alphas = new Queue<float>(_c.Node.Find("activation_alpha")?.Floats ?? []);
        var betas = new Queue<float>(_c.Node.Find("activation_beta")?.Floats ?? []);
        var all = names.Select(given =>
        {
            var name = Defaults.Keys.FirstOrDefault(known => known.Equals(given, StringComparison.OrdinalIgnoreCase))
                ?? throw _c.Unsupported($"activation '{given}' is not known");
            var (alpha, beta) = Defaults[name];
            if (alpha is not null && alphas.TryDequeue(out var a)) alpha = a;
            if (beta is not null && betas.TryDequeue(out var b)) beta = b;
            return (name, alpha, beta);
        }).ToArray();
        return all[(_index * otherwise.Length)..((_index + 1) * otherwise.Length)];
    }
}
