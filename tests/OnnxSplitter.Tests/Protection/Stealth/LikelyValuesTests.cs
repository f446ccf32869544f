using CsCheck;
using OnnxSplitter.Data;
using OnnxSplitter.Forensics.Detectors;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Protection.Stealth;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Tests.Secrets;

namespace OnnxSplitter.Tests.Protection.Stealth;

public sealed class LikelyValuesTests : IDisposable
{
    private const double MostAuroc = 0.6;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void As_many_values_lie_within_the_range_as_are_likely() =>
        Gen.Select(Gen.Int, Gen.Int[20, 200], Gen.Double[0.1, 0.9]).Holds(drawn =>
        {
            var (seed, count, likelihood) = drawn;
            var random = new SeededNormal(seed);
            float[] values = [.. Enumerable.Range(0, count).Select(_ => 1 + 2 * random.Next())];
            var range = LikelyRange.Of(values.ToArray(), likelihood, signShare: 0);
            var outside = values.Count(value => value <= range.Low || value >= range.High);
            Assert.InRange(outside, likelihood * values.Length - 2, likelihood * values.Length + 2);
        });

    [Fact]
    public void A_sign_that_hardly_any_value_has_is_not_likely()
    {
        float[] values = [.. Enumerable.Range(1, 99).Select(i => i / 100f), -0.01f];
        var range = LikelyRange.Of(values, likelihood: 0.001, signShare: 0.1);
        Assert.Equal(0, range.Low);
        Assert.True(range.High > 0.9f);
    }

    [Fact]
    public void No_scale_of_a_normalisation_turns_and_what_goes_to_an_end_agrees_with_nothing()
    {
        using var file = ModelFile.Open(Repository.Model("resnet20-fmnist-bn.onnx"));
        var rules = new ValueRules(file, StealthKind.Tensor);
        var scales = file.Normalizations.Select(one => one.Parameters[0].Values).ToHashSet();
        Assert.NotEmpty(scales);
        foreach (var tensor in file.Weights)
        {
            var rule = rules.Of(tensor, new ArrayWeights([]));
            var ends = new HashSet<float>();
            for (var i = 0L; i < Math.Min(tensor.Count, 64); i++)
            {
                if (scales.Contains(tensor)) Assert.False(rule.Allows(i, -0.01f), tensor.Path);
                if (rule.Allows(i, rule.Lowest(i))) Assert.True(ends.Add(rule.Lowest(i)), tensor.Path);
                if (rule.Allows(i, rule.Highest(i))) Assert.True(ends.Add(rule.Highest(i)), tensor.Path);
            }
        }
    }

    [Fact]
    public void A_variance_is_no_weight_and_so_never_changes()
    {
        using var file = ModelFile.Open(Repository.Model("resnet20-fmnist-bn.onnx"));
        Assert.All(file.Normalizations, one => Assert.Equal([1, 2, 3, 4], one.Parameters.Select(each => each.Input)));
        Assert.All(file.Normalizations, one => Assert.DoesNotContain(one.Parameters[3].Values.Path,
            file.Weights.Select(tensor => tensor.Path)));
    }

    [Theory]
    [InlineData(MoveKind.Sign)]
    [InlineData(MoveKind.Swap)]
    [InlineData(MoveKind.Extreme)]
    [InlineData(MoveKind.Best)]
    public void Changes_of_any_move_are_found_by_no_detector(MoveKind move)
    {
        foreach (var found in Detections(move, StealthKind.Tensor)) Assert.InRange(found.Auroc, 0, MostAuroc);
    }

    [Fact]
    public void Without_it_changes_show() =>
        Assert.Contains(Detections(MoveKind.Extreme, StealthKind.Off), found => found.Auroc > 0.95);

    public void Dispose() => _folder.Dispose();

    private IReadOnlyList<Detection> Detections(MoveKind move, StealthKind stealth)
    {
        var options = new ProtectionOptions(
            Repository.Model("resnet20-fmnist-bn.onnx"), _folder["out.onnx"], _folder["out.p7m"],
            Identity.Of(TestKeys.Signer), [TestKeys.Alice])
        {
            Search = new SearchSettings
            {
                Strategy = StrategyKind.Random,
                Move = move,
                Stealth = stealth,
                MaxWeights = 600,
            },
        };
        UnmeasuredProtection.Run(options);
        using var secrets = SecretsEnvelope.Open(
            SecretsEnvelope.ReadFile(options.Secrets), TestKeys.Signer, TestKeys.Alice);
        using var file = ModelFile.Open(options.Output);
        return DetectorSuite.Run(file, secrets.Tensors.ToDictionary(
            tensor => tensor.Path, IReadOnlyList<long> (tensor) => tensor.Indices, StringComparer.Ordinal));
    }
}
