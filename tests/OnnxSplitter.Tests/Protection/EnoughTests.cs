using OnnxSplitter.Protection.Moves;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Search;
using OnnxSplitter.Protection.Strategies;
using OnnxSplitter.Tests.Protection.NnSplitter;

namespace OnnxSplitter.Tests.Protection;

/// <summary>Where more changes would not lower what other readings find, they are not asked for ever.</summary>
public sealed class EnoughTests : IDisposable
{
    private const double Asked = 0.5;

    private readonly NnSplitterSample _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void What_other_readings_want_lowers_the_target_until_enough_is_changed()
    {
        var readings = 0;
        var context = Context(() => true, () => true, new OtherReadings(_ =>
        {
            readings++;
            return new Excess(2, []);
        }, _ => null, enough: 2));
        Flip(context, 0);

        Assert.False(context.MeetsTarget(left: 0.4));
        Assert.InRange(context.Target, 0.1, 0.3);
        Assert.False(context.IsLow(new Score(0, 0, 0.4)));

        Flip(context, 1);

        Assert.True(context.HasEnough);
        Assert.Equal(Asked, context.Target);
        Assert.True(context.IsLow(new Score(0, 0, 0.4)));
        Assert.True(context.MeetsTarget(left: 0.4));
        Assert.Equal(1, readings);
    }

    [Fact]
    public void What_a_fraction_of_the_data_surely_misses_is_not_asked_of_all_of_it_and_lowers_the_target_alike()
    {
        var asked = new List<string>();
        Excess? glimpsed = new Excess(2, []);
        var mayMeet = false;
        var context = Context(() => mayMeet, () =>
        {
            asked.Add("measure");
            return true;
        }, new OtherReadings(_ =>
        {
            asked.Add("readings");
            return Excess.None;
        }, _ => glimpsed));

        Assert.False(context.MeetsTarget(left: 0.4));
        Assert.Equal(Asked, context.Target);

        mayMeet = true;
        Assert.False(context.MeetsTarget(left: 0.4));
        Assert.InRange(context.Target, 0.1, 0.3);
        Assert.Empty(asked);

        glimpsed = null;
        Assert.True(context.MeetsTarget(left: 0.4));
        Assert.Equal(["measure", "readings"], asked);
    }

    private SearchContext Context(Func<bool> mayMeet, Func<bool> meets, OtherReadings readings) => new()
    {
        Settings = new SearchSettings(),
        Model = _sample.Model(),
        Signature = _sample.Original.Signature,
        Calibration = _sample.Data,
        Target = Asked,
        MayMeet = _ => mayMeet(),
        Meets = _ => meets(),
        Readings = readings,
        Report = (_, _, _, _) => { },
    };

    private static void Flip(SearchContext context, int index)
    {
        var tensor = context.Model.Tensors[0];
        context.Accept(new Candidate(
            tensor, MoveKind.Sign, [new NewValue(index, -context.Model.Values(tensor.Path)[index])], 1));
    }
}
