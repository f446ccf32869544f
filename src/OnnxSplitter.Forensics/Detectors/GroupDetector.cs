using OnnxSplitter.Forensics.Views;

namespace OnnxSplitter.Forensics.Detectors;

/// <summary>Compares the weights of a tensor, or of each of its channels, with each other.</summary>
/// <param name="name">What reports call it.</param>
/// <param name="judge">How.</param>
/// <param name="byChannel">Whether channel by channel.</param>
internal sealed class GroupDetector(string name, Judgement judge, bool byChannel) : IDetector
{
    /// <summary>Of fewer values nobody can say which is odd.</summary>
    public const int Least = 8;

    public string Name => name;

    public void Judge(WeightView view, Span<float> suspicion, Span<float> repair)
    {
        suspicion.Fill(float.NaN);
        if (!byChannel)
        {
            Judge(view.Values, suspicion, repair);
            return;
        }

        foreach (var members in view.Channels())
        {
            var values = new float[members.Length];
            for (var i = 0; i < members.Length; i++) values[i] = view.Values[members[i]];
            var (odd, undone) = (new float[values.Length], new float[values.Length]);
            Array.Fill(odd, float.NaN);
            Judge(values, odd, undone);
            for (var i = 0; i < members.Length; i++)
                (suspicion[members[i]], repair[members[i]]) = (odd[i], undone[i]);
        }
    }

    private void Judge(float[] values, Span<float> suspicion, Span<float> repair)
    {
        if (values.Length >= Least && Array.TrueForAll(values, float.IsFinite)) judge(values, suspicion, repair);
    }
}
