using Microsoft.ML.OnnxRuntime;
using Onnx;
using OnnxSplitter.Data;
using OnnxSplitter.Gradients.Building;

namespace OnnxSplitter.Protection.Search;

/// <summary>
/// The model in segments, a session each: however many layers are changed and measured, what follows them is the same
/// sessions. They are kept until a constant that they hold changes, and run on several batches at a time.
/// </summary>
internal sealed class SegmentSessions : IDisposable
{
    private readonly SearchModel _model;
    private readonly GraphSlice _slice;
    private readonly IReadOnlyDictionary<string, ValueInfo> _values;
    private readonly PartSession?[] _plain;
    private readonly PartSession?[] _telling;

    /// <summary>Opens no session yet.</summary>
    /// <param name="model">The model.</param>
    /// <param name="slice">Cuts its graph.</param>
    /// <param name="output">The output that is computed.</param>
    /// <param name="values">Type and shape of its values.</param>
    public SegmentSessions(
        SearchModel model, GraphSlice slice, string output, IReadOnlyDictionary<string, ValueInfo> values)
    {
        (_model, _slice, _values) = (model, slice, values);
        Graph = new SearchSegments(model.Proto.Graph, slice, output, values);
        (_plain, _telling) = (new PartSession?[All.Count], new PartSession?[All.Count]);
        model.Changing += Forget;
    }

    /// <summary>The graph in segments.</summary>
    public SearchSegments Graph { get; }

    private IReadOnlyList<SearchSegment> All => Graph.All;

    /// <summary>A session of a segment that gives what later ones take, and values on the way.</summary>
    /// <param name="segment">Its index.</param>
    /// <param name="told">The values: the last session serves if it gives them.</param>
    public PartSession Telling(int segment, IReadOnlyCollection<string> told)
    {
        if (told.Count == 0) return Plain(segment);
        lock (_telling)
        {
            if (_telling[segment] is { } known && told.All(known.Outputs.Contains)) return known;
            _telling[segment]?.Dispose();
            _telling[segment] = null;
            var (first, end, gives, _) = All[segment];
            return _telling[segment] = Open(first, end, [.. gives.Union(told, StringComparer.Ordinal)], null);
        }
    }

    /// <summary>Runs the model.</summary>
    /// <param name="inputs">By name. Still the caller's.</param>
    /// <param name="outputs">The one that is computed.</param>
    /// <returns>It. The caller disposes it.</returns>
    public IDisposableReadOnlyCollection<OrtValue> Run(
        IReadOnlyDictionary<string, OrtValue> inputs, IReadOnlyCollection<string> outputs) =>
        RunFrom(0, name => inputs[name]);

    /// <summary>Runs the model from a segment on.</summary>
    /// <param name="first">Index of the segment; behind the last one, nothing is left to run.</param>
    /// <param name="values">What was made before. Still the caller's.</param>
    /// <param name="read">Looks at the output.</param>
    public void Finish(int first, Func<string, OrtValue> values, OutputReader read)
    {
        if (first == All.Count)
        {
            read(OrtFloats.Read(values(All[^1].Gives[^1])));
            return;
        }

        using var results = RunFrom(first, values);
        read(OrtFloats.Read(results[0]));
    }

    private IDisposableReadOnlyCollection<OrtValue> RunFrom(int first, Func<string, OrtValue> values)
    {
        using var made = new FeedSet();
        for (var segment = first; segment < All.Count - 1; segment++)
            made.Take(All[segment].Gives, Run(segment));
        return Run(All.Count - 1);

        IDisposableReadOnlyCollection<OrtValue> Run(int segment) => Plain(segment).Run(
            name => made.Values.GetValueOrDefault(name) ?? values(name), All[segment].Gives);
    }

    /// <summary>A session of some nodes.</summary>
    /// <param name="first">Index of the first node.</param>
    /// <param name="end">Index of the first node behind it.</param>
    /// <param name="outputs">What it gives.</param>
    /// <param name="fed">A constant that it takes in each run; null for none.</param>
    /// <returns>The caller's to dispose.</returns>
    public PartSession Open(int first, int end, IReadOnlyList<string> outputs, string? fed)
    {
        var part = _slice.Part(first, end, outputs, fed, out var crossing);
        part.Input.AddRange(crossing.Select(Declaration));
        if (fed is not null) part.Input.Add(Declaration(fed));
        return new PartSession(_model.Sessions.Open(_model.Wrap(part), sideBySide: true), part);
    }

    /// <summary>Closes the sessions.</summary>
    public void Dispose()
    {
        _model.Changing -= Forget;
        for (var i = 0; i < All.Count; i++) Close(i, _ => true);
    }

    private PartSession Plain(int segment)
    {
        var (first, end, gives, _) = All[segment];
        lock (_plain) return _plain[segment] ??= Open(first, end, gives, null);
    }

    private void Forget(object? sender, WeightsChangingEventArgs e)
    {
        for (var i = 0; i < All.Count; i++) Close(i, session => session.Holds(e.Paths));
    }

    private void Close(int segment, Predicate<PartSession> which)
    {
        foreach (var kept in new[] { _plain, _telling })
        {
            if (kept[segment] is not { } session || !which(session)) continue;
            session.Dispose();
            kept[segment] = null;
        }
    }

    /// <summary>Declares a value as a graph input: its type, with the shape left open.</summary>
    private ValueInfoProto Declaration(string name) => new()
    {
        Name = name,
        Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)_values[name].Type } },
    };
}
