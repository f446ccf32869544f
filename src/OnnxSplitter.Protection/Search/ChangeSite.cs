using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Moves;

namespace OnnxSplitter.Protection.Search;

/// <summary>One weight tensor that candidates change, and what follows it.</summary>
/// <remarks>
/// Where the tensor's op has a delta form, the suffix starts behind the op; otherwise at it, with the tensor as an
/// input.
/// </remarks>
internal sealed class ChangeSite(
    Suffix suffix, string output, SearchModel model, OutputDelta? delta, WeightTensor tensor)
{
    /// <summary>What follows it.</summary>
    public Suffix Suffix => suffix;

    /// <summary>Values that the prefix must provide.</summary>
    public IEnumerable<string> Needs =>
        delta is null ? suffix.Crossing : suffix.Crossing.Append(delta.Input).Append(delta.Output);

    /// <summary>Runs the suffix with the candidate in place.</summary>
    /// <param name="candidate">A change of this site's tensor.</param>
    /// <param name="values">Cached values by name; the same again when this returns.</param>
    /// <param name="measure">Looks at the model's output.</param>
    /// <param name="last">Whether the suffix is not run again soon, so that it gives memory back.</param>
    public void Measure(Candidate candidate, FeedSet values, OutputReader measure, bool last)
    {
        if (delta is null)
        {
            using var value = model.With(tensor, candidate.NewValues);
            Run(values, measure, value, last);
            return;
        }

        var (x, y) = (values.Values[delta.Input], values.Values[delta.Output]);
        var (xDims, yDims) = (x.GetTensorTypeAndShape().Shape, y.GetTensorTypeAndShape().Shape);
        var saved = delta.Save(y.GetTensorDataAsSpan<float>(), yDims, candidate.NewValues);
        delta.Apply(x.GetTensorDataAsSpan<float>(), xDims, y.GetTensorMutableDataAsSpan<float>(), yDims,
            candidate.NewValues, model.Source(tensor.Path));
        Run(values, measure, fed: null, last);
        delta.Restore(y.GetTensorMutableDataAsSpan<float>(), yDims, candidate.NewValues, saved);
    }

    private void Run(FeedSet values, OutputReader measure, OrtValue? fed, bool last)
    {
        var names = fed is null ? suffix.Crossing.ToArray() : [.. suffix.Crossing, tensor.Path];
        OrtValue[] feeds = [.. suffix.Crossing.Select(name => values.Values[name])];
        if (fed is not null) feeds = [.. feeds, fed];
        using var run = new RunOptions();
        if (last) run.GiveBackMemory();
        using var results = suffix.Session.Run(run, names, feeds, [output]);
        measure(OrtFloats.Read(results[0]));
    }
}
