using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Data;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Protection.Moves;

namespace OnnxSplitter.Protection.Search;

/// <summary>
/// Measures what candidates would do, exactly. Activations before a candidate's layer are computed once per batch for
/// all candidates (prefix cache), the change is added to the layer's cached output (delta branch), and only what
/// follows is run again.
/// </summary>
internal sealed class CandidateEvaluator : IDisposable
{
    private const int PreferredBatch = 64;

    private readonly SearchModel _model;
    private readonly ModelSignature _signature;
    private readonly SiteSessions _sessions;

    /// <summary>Opens no session yet.</summary>
    /// <param name="model">The model; what is measured are changes of its present values.</param>
    /// <param name="signature">Its inputs and output.</param>
    /// <param name="values">Type and shape of its values.</param>
    public CandidateEvaluator(
        SearchModel model, ModelSignature signature, IReadOnlyDictionary<string, ValueInfo> values)
    {
        (_model, _signature) = (model, signature);
        _sessions = new SiteSessions(model, signature, values);
    }

    /// <summary>The objective and accuracy after each candidate alone, at the model's present values.</summary>
    public Score[] Evaluate(IReadOnlyList<Candidate> candidates, Dataset data, Objective objective) =>
        Evaluate(candidates, data, objective, out _);

    /// <summary>The same, and the measure without any of them, which costs next to nothing beside.</summary>
    public Score[] Evaluate(
        IReadOnlyList<Candidate> candidates, Dataset data, Objective objective, out Score present)
    {
        var measures = new Score[candidates.Count];
        present = default;
        var byTensor = candidates.Select((candidate, i) => (candidate, i))
            .GroupBy(pair => pair.candidate.Tensor.Path, StringComparer.Ordinal);
        foreach (var part in byTensor.Chunk(_sessions.Most).DefaultIfEmpty([]))
        {
            var sites = _sessions.Of([.. part.Select(group => group.First().candidate.Tensor)]);
            present = Evaluate([.. sites.Zip(part, (site, group) => (site, group.ToArray()))], data, objective,
                measures);
        }

        return measures;
    }

    private Score Evaluate((ChangeSite Site, (Candidate Candidate, int Index)[] Members)[] bySite, Dataset data,
        Objective objective, Score[] measures)
    {
        var modelInputs = _signature.Inputs.Select(input => input.Name).ToArray();
        var fetches = bySite.SelectMany(group => group.Site.Needs).Distinct(StringComparer.Ordinal)
            .Except(modelInputs, StringComparer.Ordinal).Append(_signature.Output).ToArray();
        var prefix = _sessions.Giving(fetches);
        using var run = new RunOptions();
        var batch = _signature.Batch(PreferredBatch, data.Count);
        data = _signature.FixedBatch is null ? data : data.First(data.Count / batch * batch);
        var begin = objective.Scores(data, _signature.Width);
        var now = begin();
        var sums = bySite.SelectMany(group => group.Members).ToDictionary(member => member.Index, _ => begin());
        for (var start = 0; start < data.Count; start += batch)
        {
            var count = Math.Min(batch, data.Count - start);
            using var cache = new FeedSet();
            foreach (var name in modelInputs) cache.Values[name] = data.Batch(name, start, count);
            var results = prefix.Run(run, modelInputs, [.. modelInputs.Select(name => cache.Values[name])], fetches);
            for (var i = 0; i < fetches.Length; i++) cache.Values[fetches[i]] = results[i];
            now.Add(OrtFloats.Read(results[^1]), start);
            foreach (var (site, members) in bySite)
                foreach (var (candidate, i) in members)
                    site.Measure(candidate, cache, outputs => sums[i].Add(outputs, start),
                        last: start + count == data.Count && i == members[^1].Index);
        }

        foreach (var (i, sum) in sums) measures[i] = sum.Result;
        return now.Result;
    }

    /// <summary>The objective and accuracy at the model's present values.</summary>
    public Score Evaluate(Dataset data, Objective objective)
    {
        var sum = objective.Scores(data, _signature.Width)();
        sum.Add(Outputs(data), 0);
        return sum.Result;
    }

    /// <summary>The model's output rows at its present values.</summary>
    public float[] Outputs(Dataset data)
    {
        using var present = _model.Sessions.Load(_model.Proto, _signature);
        return present.Outputs(data);
    }

    /// <summary>Releases the sessions.</summary>
    public void Dispose() => _sessions.Dispose();
}
