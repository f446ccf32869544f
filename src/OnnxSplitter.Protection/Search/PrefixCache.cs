using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Data;

namespace OnnxSplitter.Protection.Search;

/// <summary>
/// A batch on its way through the model's segments: what later ones take is kept to the end, and what sites need until
/// the next segment runs.
/// </summary>
/// <param name="segments">The model.</param>
/// <param name="sites">Where candidates change it.</param>
internal sealed class PrefixCache(SegmentSessions segments, IReadOnlyList<ChangeSite> sites) : IDisposable
{
    private readonly FeedSet _kept = new();
    private FeedSet _here = new();

    /// <summary>Adds a value, which is disposed of with this.</summary>
    public void Add(string name, OrtValue value) => _kept.Values[name] = value;

    /// <summary>A value that is there. Still this cache's.</summary>
    public OrtValue Value(string name) => _here.Values.GetValueOrDefault(name) ?? _kept.Values[name];

    /// <summary>Runs a segment; those before it have run.</summary>
    /// <param name="segment">Its index.</param>
    public void Run(int segment)
    {
        _here.Dispose();
        _here = new FeedSet();
        var gives = segments.Graph.All[segment].Gives;
        var later = gives.Concat(sites.Where(site => site.Segment > segment).SelectMany(site => site.Needs))
            .ToHashSet(StringComparer.Ordinal);
        string[] told =
        [
            .. sites.SelectMany(site => site.Needs).Distinct(StringComparer.Ordinal)
                .Where(name => segments.Graph.Of(name) == segment).Except(gives, StringComparer.Ordinal),
        ];
        string[] outputs = [.. gives, .. told];
        var results = segments.Telling(segment, told).Run(Value, outputs);
        for (var i = 0; i < outputs.Length; i++)
            (later.Contains(outputs[i]) ? _kept : _here).Values[outputs[i]] = results[i];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _here.Dispose();
        _kept.Dispose();
    }
}
