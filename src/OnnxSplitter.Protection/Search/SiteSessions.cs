using OnnxSplitter.Data;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Protection.Search;

/// <summary>
/// Where candidates change the model, and sessions of what follows there up to the end of the segment. They are kept
/// until a constant that they hold changes.
/// </summary>
internal sealed class SiteSessions : IDisposable
{
    // Beside those that are wanted. Each may hold a copy of its segment's weights but for those in data files.
    private const int MostKept = 16;

    private readonly SearchModel _model;
    private readonly ModelSignature _signature;
    private readonly IReadOnlyDictionary<string, ValueInfo> _values;
    private readonly GraphSlice _slice;
    private readonly SegmentSessions _segments;
    private readonly Dictionary<string, ChangeSite> _sites = new(StringComparer.Ordinal);

    /// <summary>Opens no session yet.</summary>
    /// <param name="model">The model.</param>
    /// <param name="signature">Its inputs and output.</param>
    /// <param name="values">Type and shape of its values.</param>
    /// <param name="slice">Cuts its graph.</param>
    /// <param name="segments">The model in segments.</param>
    public SiteSessions(SearchModel model, ModelSignature signature, IReadOnlyDictionary<string, ValueInfo> values,
        GraphSlice slice, SegmentSessions segments)
    {
        (_model, _signature, _values, _slice, _segments) = (model, signature, values, slice, segments);
        model.Changing += Forget;
    }

    /// <summary>Where each of some tensors is changed.</summary>
    /// <param name="tensors">Different ones.</param>
    public ChangeSite[] Of(IReadOnlyList<WeightTensor> tensors)
    {
        var wanted = tensors.Select(tensor => tensor.Path).ToHashSet(StringComparer.Ordinal);
        string[] others = [.. _sites.Keys.Where(path => !wanted.Contains(path))];
        Close([.. others.Take(others.Length - MostKept)]);
        return [.. tensors.Select(Site)];
    }

    /// <summary>Closes the sessions.</summary>
    public void Dispose()
    {
        _model.Changing -= Forget;
        Close([.. _sites.Keys]);
    }

    private ChangeSite Site(WeightTensor tensor)
    {
        var path = tensor.Path;
        if (_sites.TryGetValue(path, out var known)) return known;
        int[] consumers = [.. _slice.Consumers(path, out var direct).Where(_segments.Graph.Holds)];
        if (consumers.Length == 0)
            return _sites[path] = new ChangeSite(_model, tensor, null, null, _segments, _segments.Graph.All.Count - 1);
        var first = consumers[0];
        var node = _model.Proto.Graph.Node[first];
        var delta = !tensor.Type.IsInteger && direct && consumers.Length == 1
            && node.Input.Count(input => input == path) == 1
            && node.Output[0] != _signature.Output
            ? OutputDelta.For(node, tensor.Dims, node.Input.IndexOf(path), _values[node.Output[0]].Dims)
            : null;
        var segment = _segments.Graph.Of(consumers[^1]);
        return _sites[path] = new ChangeSite(_model, tensor, delta, Tail(), _segments, segment);

        PartSession? Tail()
        {
            // Tensors of one op share what follows it.
            if (delta is not null && _sites.Values.FirstOrDefault(site => site.Changed == delta.Output) is { } same)
                return same.Tail;
            var begin = delta is null ? first : first + 1;
            string[] outputs = _segments.Graph.MadeFrom(begin, segment);
            return outputs.Length == 0 ? null
                : _segments.Open(begin, _segments.Graph.All[segment].End, outputs, delta is null ? path : null);
        }
    }

    /// <summary>Closes what holds constants that change. What comes after them stays as it is.</summary>
    private void Forget(object? sender, WeightsChangingEventArgs e) =>
        Close([.. _sites.Where(site => site.Value.Tail?.Holds(e.Paths) == true).Select(site => site.Key)]);

    /// <summary>Closes sites, and with the last site of a session the session.</summary>
    private void Close(string[] paths)
    {
        foreach (var path in paths)
        {
            if (!_sites.Remove(path, out var site) || site.Tail is not { } tail) continue;
            if (_sites.Values.All(other => !ReferenceEquals(other.Tail, tail))) tail.Dispose();
        }
    }
}
