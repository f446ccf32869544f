using MathNet.Numerics.LinearAlgebra.Double;
using Microsoft.ML.OnnxRuntime;
using Onnx;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx.Models;

namespace OnnxSplitter.Attacks.Corrections;

/// <summary>
/// A changed layer as a host of a trusted process sees it, query by query: what goes in, and what is added to what
/// comes out.
/// </summary>
internal sealed class ObservedLayer : IDisposable
{
    // A kernel of more takes minutes and gigabytes.
    private const int MostUnknowns = 2304;
    private const double Exact = 1e-3;

    private readonly InferenceSession? _units;
    private readonly InferenceSession _correction;
    private readonly LinearSystem? _system;
    private int _seen;
    private int _next = 1;

    /// <summary>Begins to look.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="change">Its change, which only answers queries, and judges. Owned from here on.</param>
    /// <param name="model">The model that it is of.</param>
    /// <param name="sessions">Opens sessions.</param>
    public ObservedLayer(LinearLayer layer, LayerChange change, ModelProto model, Sessions sessions)
    {
        (Layer, Change) = (layer, change);
        _correction = sessions.Open(change.ToModel(model));
        if (change.Unknowns is 0 or > MostUnknowns) return;
        _units = sessions.Open(change.ToUnitModel(model));

        // And one number that is added everywhere, if any is.
        _system = new LinearSystem(change.Unknowns + (layer.Added is null ? 0 : 1), change.Outputs.Count);
    }

    /// <summary>The layer.</summary>
    public LinearLayer Layer { get; }

    /// <summary>What is looked for.</summary>
    public LayerChange Change { get; }

    /// <summary>What the layer multiplies what it adds by: Gemm's <c>beta</c>, else 1.</summary>
    public double Factor => Layer.Node.Attribute.FirstOrDefault(attribute => attribute.Name == "beta")?.F ?? 1;

    /// <summary>What was found so far, unknowns by channels; null while there are too few equations.</summary>
    public DenseMatrix? Found { get; private set; }

    /// <summary>Queries until that was exact; null if it is not.</summary>
    public int? Queries { get; private set; }

    /// <summary>Whether more queries would tell no more.</summary>
    public bool IsDone => Queries is not null || _system is null;

    /// <summary>Looks at one query.</summary>
    /// <param name="data">What goes into the layer.</param>
    public void See(OrtValue data)
    {
        if (IsDone) return;
        using var options = new RunOptions();
        using var some = OrtChannels.Of(data, Layer.InputAxis, Change.Inputs);
        using var units = _units!.Run(options, ["x"], [some], ["y"]);
        using var added = _correction.Run(options, ["x"], [some], ["y"]);
        var coefficients = OrtChannels.Rows(units[0], Layer.OutputAxis, Change.Unknowns);
        if (Layer.Added is not null)
            coefficients = (DenseMatrix)coefficients.Append(DenseMatrix.Create(coefficients.RowCount, 1, 1));
        _system!.Add(coefficients, OrtChannels.Rows(added[0], Layer.OutputAxis, Change.Outputs.Count));
        if (++_seen < _next || _system.Solve() is not { } found) return;

        // Each solution takes the cube of the unknowns: of many queries, not all are followed by one.
        _next = Math.Max(_seen + 1, _seen * 5 / 4);
        Found = found;
        if (Error() <= Exact) Queries = _seen;
    }

    /// <summary>What came of it.</summary>
    public LayerLeak Report()
    {
        var (changed, known) = (0, 0);
        foreach (var (truth, found) in Compared())
        {
            if (truth == 0) continue;
            changed++;
            if (Math.Abs(found - truth) <= Exact * Math.Abs(truth)) known++;
        }

        return new LayerLeak(Layer.Weights, Layer.Node.OpType, Change.Inputs.Count, Change.Outputs.Count,
            _system is null ? 0 : Change.Unknowns, _seen == 0 ? 0 : _system!.Equations / _seen, Queries,
            Found is null ? 1 : Error(), changed, known);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _units?.Dispose();
        _correction.Dispose();
        Change.Dispose();
    }

    private double Error()
    {
        var (difference, norm) = (0.0, 0.0);
        foreach (var (truth, found) in Compared())
        {
            difference += Math.Pow(found - truth, 2);
            norm += Math.Pow(truth, 2);
        }

        return Math.Sqrt(difference / norm);
    }

    /// <summary>Each weight's change, and what is known of it; then those of what is added.</summary>
    private IEnumerable<(double Truth, double Found)> Compared()
    {
        for (var output = 0; output < Change.Outputs.Count; output++)
        {
            for (var i = 0; i < Change.Unknowns; i++) yield return (Change.Weight(i, output), Found?[i, output] ?? 0);
            if (Layer.Added is not null)
                yield return (Change.Added(output), (Found?[Change.Unknowns, output] ?? 0) / Factor);
        }
    }
}
