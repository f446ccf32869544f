using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Strategies.NnSplitter;

namespace OnnxSplitter.Tests.Protection.NnSplitter;

public sealed class FilterMaskTests : IDisposable
{
    private readonly NnSplitterSample _sample = new();

    [Fact]
    public void Every_tensor_with_filters_is_a_layer_pointwise_convolutions_and_matrices_too()
    {
        var layers = FilterLayer.Of(_sample.Model(), "scores", clamp: null);

        Assert.Equal(
            ["grouped 6", "depthwise 6", "pointwise 5", "strided 5", "columns 7", "rows 6", "matrix 6", "passed 6",
                "last 4"],
            layers.Select(layer => $"{layer.Tensor.Path} {layer.Filters}"));
    }

    [Fact]
    public void Epsilon_is_found_for_the_count_that_is_asked_for()
    {
        var mask = Mask(width: null, most: 17);

        var distances = mask.Weights.Select(weight => Math.Abs(weight.Original - 0.2)).ToArray();
        Assert.Equal(17, distances.Length);
        var wider = Mask(width: null, most: int.MaxValue);
        Assert.Equal(
            distances.Order(), wider.Weights.Select(weight => Math.Abs(weight.Original - 0.2)).Order().Take(17));
        Assert.Equal(PickedWeights(), wider.Weights.Count);
    }

    [Fact]
    public void A_given_epsilon_bounds_the_distance_and_the_count_still_holds()
    {
        var mask = Mask(width: 0.1, most: int.MaxValue);

        Assert.InRange(mask.Weights.Count, 5, PickedWeights() - 5);
        Assert.All(mask.Weights, weight => Assert.True(Math.Abs(weight.Original - 0.2) < 0.1));
        Assert.Equal(
            Mask(width: null, most: int.MaxValue).Weights.Count(weight => Math.Abs(weight.Original - 0.2) < 0.1),
            mask.Weights.Count);
        Assert.Equal(5, Mask(width: 0.1, most: 5).Weights.Count);
    }

    [Fact]
    public void Masked_weights_are_where_the_tensors_and_the_deltas_have_them()
    {
        var model = _sample.Model();
        var mask = Mask(width: null, most: int.MaxValue);

        foreach (var weight in mask.Weights)
        {
            var (set, layer) = (mask.Sets[weight.Set], mask.Layers[weight.Set]);
            Assert.Equal(weight.Original, model.Values(set.Tensor.Path)[(int)weight.Index]);
            var (inTensor, inDelta) = layer.Axis == 0
                ? (weight.Index / layer.FilterSize, weight.Position / layer.FilterSize)
                : (weight.Index % layer.Filters, weight.Position % set.Channels.Count);
            Assert.Equal(inTensor, set.Channels[(int)inDelta]);
        }

        Assert.Equal(
            mask.Weights.Count, mask.Weights.Select(weight => (weight.Set, weight.Position)).Distinct().Count());
    }

    [Fact]
    public void A_part_of_a_mask_keeps_its_weights_and_no_filters_without_weights()
    {
        var mask = Mask(width: null, most: 30);
        int[] kept = [0, 3, 4, 29];

        var part = mask.Only(kept);

        Assert.Equal(
            kept.Select(
                i => (mask.Sets[mask.Weights[i].Set].Tensor.Path, mask.Weights[i].Index, mask.Weights[i].Original)),
            part.Weights.Select(weight => (part.Sets[weight.Set].Tensor.Path, weight.Index, weight.Original)));
        Assert.InRange(part.Sets.Sum(set => set.Channels.Count), 1, 4);
    }

    [Fact]
    public void Values_stay_in_the_tensors_range_or_the_given_one()
    {
        var model = _sample.Model();
        var mask = Mask(width: null, most: 30);
        var clamped = Mask(width: null, most: 30, new WeightRange(-0.15f, 0.15f));
        for (var i = 0; i < 30; i++)
        {
            var values = model.Values(mask.Sets[mask.Weights[i].Set].Tensor.Path).ToArray();
            Assert.Equal(values.Max(), mask.Value(i, 100));
            Assert.Equal(values.Min(), mask.Value(i, -100));

            // A weight may lie outside a given range; it does not have to move.
            var original = clamped.Weights[i].Original;
            Assert.Equal(Math.Max(original, 0.15f), clamped.Value(i, 100));
            Assert.Equal(Math.Min(original, -0.15f), clamped.Value(i, -100));
            Assert.Equal(original, clamped.Value(i, 0));
        }
    }

    public void Dispose() => _sample.Dispose();

    private FilterMask Mask(double? width, int most, WeightRange? clamp = null)
    {
        var model = _sample.Model();
        var layers = FilterLayer.Of(model, "scores", clamp);
        return FilterMask.Of(
            model, layers, [.. layers.Select(layer => new[] { layer.Filters - 1, 0 })], 0.2, width, most);
    }

    private int PickedWeights() => FilterLayer.Of(_sample.Model(), "scores", null).Sum(layer => 2 * layer.FilterSize);
}
