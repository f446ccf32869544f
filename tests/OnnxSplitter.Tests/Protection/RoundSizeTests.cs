using OnnxSplitter.Protection.Strategies.Gradient;

namespace OnnxSplitter.Tests.Protection;

/// <summary>How much a round of a search looks at.</summary>
public sealed class RoundSizeTests
{
    /// <summary>ResNet-20 on 28 x 28, ResNet-18 on 32 x 32, a small detector on 128 x 128, a speech model.</summary>
    [Theory]
    [InlineData(271_402, 28 * 28, false)]
    [InlineData(11_173_962, 3 * 32 * 32, true)]
    [InlineData(100_412, 3 * 128 * 128, true)]
    [InlineData(309_632, 224, false)]
    public void Few_weights_on_large_images_are_looked_at_as_many_weights_are(long weights, long numbers, bool large) =>
        Assert.Equal(large, RoundSize.IsLarge(weights, numbers));
}
