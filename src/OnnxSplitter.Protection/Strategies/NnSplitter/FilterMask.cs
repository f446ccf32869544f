using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Protection.Strategies.NnSplitter;

/// <summary>The weights of the picked filters that lie within epsilon of c.</summary>
/// <param name="Layers">The layer of each channel set.</param>
/// <param name="Sets">Filters with at least one such weight, one set per tensor.</param>
/// <param name="Weights">The weights, set by set.</param>
internal sealed record FilterMask(
    IReadOnlyList<FilterLayer> Layers, IReadOnlyList<ChannelSet> Sets, IReadOnlyList<MaskedWeight> Weights)
{
    private readonly record struct Place(int Layer, int Filter, int Weight, float Value);

    /// <summary>Finds the mask.</summary>
    /// <param name="model">The model at its original values.</param>
    /// <param name="layers">All layers.</param>
    /// <param name="picks">Of each layer, the picked filters.</param>
    /// <param name="center">c.</param>
    /// <param name="width">Epsilon; null for the smallest that gives <paramref name="most"/> weights.</param>
    /// <param name="most">Most weights: of more, the nearest to c are taken.</param>
    public static FilterMask Of(SearchModel model, IReadOnlyList<FilterLayer> layers, IReadOnlyList<int[]> picks,
        double center, double? width, int most)
    {
        var places = new List<Place>();
        for (var i = 0; i < layers.Count; i++)
        {
            var layer = layers[i];
            var values = model.Values(layer.Tensor.Path);
            foreach (var filter in picks[i])
                for (var k = 0; k < layer.FilterSize; k++)
                    places.Add(new Place(i, filter, k, values[(int)layer.Index(filter, k, layer.Filters)]));
        }

        // Stable: of weights that are equally near, those of the earlier layer, filter and index.
        return Of(layers, places.Where(place => width is null || Math.Abs(place.Value - center) < width)
            .OrderBy(place => Math.Abs(place.Value - center)).Take(most));
    }

    /// <summary>
    /// A weight's value with a change: within its layer's range, but a weight outside a given range may stay where it
    /// is.
    /// </summary>
    public float Value(int weight, float change)
    {
        var (original, range) = (Weights[weight].Original, Layers[Weights[weight].Set].Range);
        return Math.Clamp(original + change, Math.Min(original, range.Low), Math.Max(original, range.High));
    }

    /// <summary>The mask with only some of its weights, given by their numbers.</summary>
    public FilterMask Only(IEnumerable<int> weights) => Of(Layers, weights.Select(i =>
    {
        var (weight, layer) = (Weights[i], Layers[Weights[i].Set]);
        var inner = layer.Axis == 0 ? weight.Index % layer.FilterSize : weight.Index / layer.Filters;
        var filter = layer.Axis == 0 ? weight.Index / layer.FilterSize : weight.Index % layer.Filters;
        return new Place(weight.Set, (int)filter, (int)inner, weight.Original);
    }));

    private static FilterMask Of(IReadOnlyList<FilterLayer> layers, IEnumerable<Place> places)
    {
        var (used, sets, weights) = (new List<FilterLayer>(), new List<ChannelSet>(), new List<MaskedWeight>());
        foreach (var group in places.GroupBy(place => place.Layer).OrderBy(group => group.Key))
        {
            var layer = layers[group.Key];
            int[] filters = [.. group.Select(place => place.Filter).Distinct().Order()];
            weights.AddRange(group.OrderBy(place => place.Filter).ThenBy(place => place.Weight).Select(place =>
                new MaskedWeight(sets.Count,
                    (int)layer.Index(Array.IndexOf(filters, place.Filter), place.Weight, filters.Length),
                    layer.Index(place.Filter, place.Weight, layer.Filters), place.Value)));
            used.Add(layer);
            sets.Add(new ChannelSet(layer.Tensor, filters));
        }

        return new FilterMask(used, sets, weights);
    }
}
