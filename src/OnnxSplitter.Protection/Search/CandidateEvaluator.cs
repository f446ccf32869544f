using OnnxSplitter.Data;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Protection.Moves;

namespace OnnxSplitter.Protection.Search;

/// <summary>
/// Measures what candidates would do, exactly. The model runs segment by segment, once per batch for all candidates
/// (prefix cache); behind its segment, each candidate's change is added to its layer's cached output (delta branch),
/// and only what follows is run again.
/// </summary>
internal sealed class CandidateEvaluator : IDisposable
{
    private const int PreferredBatch = 32;

    // Fewer examples than this are run in smaller batches, so that all that run side by side have some.
    private const int Few = 128;

    private readonly ModelSignature _signature;
    private readonly SegmentSessions _segments;
    private readonly SiteSessions _sites;

    /// <summary>Opens no session yet.</summary>
    /// <param name="model">The model; what is measured are changes of its present values.</param>
    /// <param name="signature">Its inputs and output.</param>
    /// <param name="values">Type and shape of its values.</param>
    public CandidateEvaluator(
        SearchModel model, ModelSignature signature, IReadOnlyDictionary<string, ValueInfo> values)
    {
        _signature = signature;
        var slice = new GraphSlice(model.Proto.Graph, signature.Inputs.Select(input => input.Name));
        _segments = new SegmentSessions(model, slice, signature.Output, values);
        _sites = new SiteSessions(model, signature, values, slice, _segments);
    }

    /// <summary>The objective and accuracy after each candidate alone, at the model's present values.</summary>
    public Score[] Evaluate(IReadOnlyList<Candidate> candidates, Dataset data, Objective objective) =>
        Evaluate(candidates, data, objective, out _);

    /// <summary>The same, and the measure without any of them, which costs next to nothing beside.</summary>
    public Score[] Evaluate(
        IReadOnlyList<Candidate> candidates, Dataset data, Objective objective, out Score present)
    {
        var byTensor = candidates.Select((candidate, i) => (candidate, i))
            .GroupBy(pair => pair.candidate.Tensor.Path, StringComparer.Ordinal).ToArray();
        var sites = _sites.Of([.. byTensor.Select(group => group.First().candidate.Tensor)]);
        var bySegment = sites.Zip(byTensor).ToLookup(pair => pair.First.Segment);
        var batch = _signature.Batch(data.Count < Few ? PreferredBatch / 2 : PreferredBatch, data.Count);
        data = _signature.FixedBatch is null ? data : data.First(data.Count / batch * batch);
        var begin = objective.Scores(data, _signature.Width);
        var now = begin();
        var sums = Array.ConvertAll(candidates.ToArray(), _ => begin());
        SideBySide.Each((data.Count + batch - 1) / batch, number =>
        {
            var start = number * batch;
            var count = Math.Min(batch, data.Count - start);
            using var cache = new PrefixCache(_segments, sites);
            using var copies = new FeedSet();
            foreach (var input in _signature.Inputs) cache.Add(input.Name, data.Batch(input.Name, start, count));
            for (var segment = 0; segment < _segments.Graph.All.Count; segment++)
            {
                cache.Run(segment);
                foreach (var (site, members) in bySegment[segment])
                    foreach (var (candidate, i) in members)
                        site.Measure(candidate, cache.Value, copies, outputs => sums[i].Add(outputs, start));
            }

            now.Add(OrtFloats.Read(cache.Value(_signature.Output)), start);
        });

        present = now.Result;
        return Array.ConvertAll(sums, sum => sum.Result);
    }

    /// <summary>The objective and accuracy at the model's present values.</summary>
    public Score Evaluate(Dataset data, Objective objective)
    {
        var sum = objective.Scores(data, _signature.Width)();
        sum.Add(Outputs(data), 0);
        return sum.Result;
    }

    /// <summary>The model's output rows at its present values.</summary>
    public float[] Outputs(Dataset data) => SessionRuns.Outputs(_segments.Run, _signature, data);

    /// <summary>Releases the sessions.</summary>
    public void Dispose()
    {
        _sites.Dispose();
        _segments.Dispose();
    }
}
