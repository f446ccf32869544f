using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Moves;

namespace OnnxSplitter.Protection.Search;

/// <summary>One weight tensor that candidates change, and what follows it.</summary>
/// <remarks>
/// Where the tensor's op has a delta form, what follows starts behind the op; otherwise at the first op that uses the
/// tensor, which is an input there.
/// </remarks>
/// <param name="model">Has the tensor's present values.</param>
/// <param name="tensor">The tensor.</param>
/// <param name="delta">The op's delta form; null for none.</param>
/// <param name="tail">What follows up to a segment's end; null where nothing does.</param>
/// <param name="segments">What follows behind it.</param>
/// <param name="segment">Index of that segment, the last that uses the tensor.</param>
internal sealed class ChangeSite(SearchModel model, WeightTensor tensor, OutputDelta? delta, PartSession? tail,
    SegmentSessions segments, int segment)
{
    /// <summary>What follows up to the segment's end; null where nothing does. Shared.</summary>
    public PartSession? Tail => tail;

    /// <summary>The value that the delta form changes; null without one.</summary>
    public string? Changed => delta?.Output;

    /// <summary>Index of the segment behind which the change is measured.</summary>
    public int Segment => segment;

    /// <summary>Values that have to be there then.</summary>
    public IEnumerable<string> Needs
    {
        get
        {
            var taken = tail?.Takes.Where(name => delta is not null || name != tensor.Path) ?? [];
            return delta is null ? taken : taken.Append(delta.Input).Append(delta.Output);
        }
    }

    /// <summary>Runs what follows with a candidate in place.</summary>
    /// <param name="candidate">A change of this site's tensor.</param>
    /// <param name="values">Values by name; the same again when this returns.</param>
    /// <param name="copies">
    /// Of tensors without a delta form, at the model's present values: of a large one, making it costs as much as a
    /// run.
    /// </param>
    /// <param name="measure">Looks at the model's output.</param>
    public void Measure(Candidate candidate, Func<string, OrtValue> values, FeedSet copies, OutputReader measure)
    {
        if (delta is null)
        {
            var present = model.Present(tensor);
            if (!copies.Values.TryGetValue(tensor.Path, out var fed)) fed = copies.Values[tensor.Path] = present.Copy();
            var former = present.Exchange(fed, candidate.NewValues);
            Run(name => name == tensor.Path ? fed : values(name), measure);
            present.Exchange(fed, candidate.NewValues, former);
            return;
        }

        var (x, y) = (values(delta.Input), values(delta.Output));
        var (xDims, yDims) = (x.GetTensorTypeAndShape().Shape, y.GetTensorTypeAndShape().Shape);
        var saved = delta.Save(y.GetTensorDataAsSpan<float>(), yDims, candidate.NewValues);
        delta.Apply(x.GetTensorDataAsSpan<float>(), xDims, y.GetTensorMutableDataAsSpan<float>(), yDims,
            candidate.NewValues, model.Source(tensor.Path));
        Run(values, measure);
        delta.Restore(y.GetTensorMutableDataAsSpan<float>(), yDims, candidate.NewValues, saved);
    }

    private void Run(Func<string, OrtValue> values, OutputReader measure)
    {
        using var made = new FeedSet();
        if (tail is not null) made.Take(tail.Outputs, tail.Run(values, tail.Outputs));
        segments.Finish(segment + 1, name => made.Values.GetValueOrDefault(name) ?? values(name), measure);
    }
}
