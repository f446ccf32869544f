using OnnxSplitter.Protection.Moves;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Strategies.Gradient;

namespace OnnxSplitter.Tests.Protection;

public sealed class GainCorrectionTests
{
    [Fact]
    public void Promises_come_to_agree_with_what_is_measured()
    {
        var correction = new GainCorrection();

        // First order promises twice what is gained.
        for (var i = 0; i < 20; i++) correction.Learn(correction.Apply(Candidate("a", MoveKind.Sign, 2)), 1);

        Assert.Equal(1, correction.Apply(Candidate("a", MoveKind.Sign, 2)).Gain, 3);
    }

    [Fact]
    public void Another_tensor_and_another_move_are_not_judged()
    {
        var correction = new GainCorrection();

        correction.Learn(correction.Apply(Candidate("a", MoveKind.Sign, 2)), -1);

        Assert.InRange(correction.Apply(Candidate("a", MoveKind.Sign, 2)).Gain, 0.1, 1.9);
        Assert.Equal(2, correction.Apply(Candidate("a", MoveKind.Swap, 2)).Gain);
        Assert.Equal(2, correction.Apply(Candidate("b", MoveKind.Sign, 2)).Gain);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(-1e30)]
    [InlineData(1e30)]
    public void No_measurement_silences_a_tensor_or_lets_it_drown_the_others(double gain)
    {
        var correction = new GainCorrection();

        for (var i = 0; i < 50; i++) correction.Learn(correction.Apply(Candidate("a", MoveKind.Extreme, 1)), gain);

        Assert.InRange(correction.Apply(Candidate("a", MoveKind.Extreme, 1)).Gain, 0.05, 4);
    }

    private static Candidate Candidate(string path, MoveKind kind, double gain) => new(
        SampleTensors.Of(path, 2),
        kind, [new NewValue(0, 1)], gain);
}
