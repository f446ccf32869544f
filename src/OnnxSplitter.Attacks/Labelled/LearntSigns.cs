using OnnxSplitter.Attacks.Networks;
using OnnxSplitter.Attacks.Setting;
using OnnxSplitter.Attacks.Training;

namespace OnnxSplitter.Attacks.Labelled;

/// <summary>
/// Magnitudes are known, signs are learnt: a weight is |w| tanh(s) / tanh(1), and s, which begins at 1 on the side of
/// w's sign, so that the network does what it did, is trained. In the end each weight gets the sign that its s has.
/// </summary>
internal sealed class LearntSigns : IReparametrisation
{
    // tanh(1) = 0.76: far enough from 0 that the network works, near enough that a sign can turn.
    private const float Start = 1;

    private static readonly float Scale = 1 / MathF.Tanh(Start);

    private static readonly float[] Rates = [0.1f, 0.03f, 0.01f];

    private readonly Dictionary<string, float[]> _magnitudes;

    private LearntSigns(AttackSetting setting) => _magnitudes = setting.Network.Tensors
        .ToDictionary(tensor => tensor.Path,
            tensor => Array.ConvertAll(setting.Obfuscated[tensor.Path], Math.Abs), StringComparer.Ordinal);

    /// <summary>Tries it.</summary>
    public static Attempt? Run(AttackSetting setting, ThiefData data)
    {
        var signs = new LearntSigns(setting);
        var start = setting.Obfuscated.With(
            (_, values) => Array.ConvertAll(values, value => value < 0 ? -Start : Start));
        var trained = setting.Tuner(data).Best(start,
            [.. Rates.Select(rate => new Recipe(Adam: true, rate, NormalizationMode.AsExported))],
            setting.Quick ? [new(60, 2)] : [new(60, 2), new(200, 6)], setting.Seed, signs);
        var hard = trained.Network with
        {
            Values = trained.Network.Values.With((path, values) =>
                [.. values.Zip(signs._magnitudes[path], (value, size) => MathF.CopySign(size, value))]),
        };
        var (soft, turned) = (setting.Judge($"{trained.Recipe}, epoch {trained.Epoch}", trained.Network),
            setting.Judge($"{trained.Recipe}, epoch {trained.Epoch}, signs taken over", hard));
        return turned.Accuracy.Value >= soft.Accuracy.Value ? turned : soft;
    }

    /// <inheritdoc/>
    public Parameters Shown(Parameters numbers) => numbers.With((path, values) =>
        [.. values.Zip(_magnitudes[path], (value, size) => size * Scale * MathF.Tanh(value))]);

    /// <inheritdoc/>
    public float[] Slope(string path, ReadOnlySpan<float> numbers, ReadOnlySpan<float> gradient)
    {
        var (slope, sizes) = (gradient.ToArray(), _magnitudes[path]);
        for (var i = 0; i < slope.Length; i++)
        {
            var soft = MathF.Tanh(numbers[i]);

            // Adam's steps do not depend on the size of a slope, so that small weights turn as easily as large ones.
            slope[i] *= sizes[i] * Scale * (1 - soft * soft);
        }

        return slope;
    }
}
