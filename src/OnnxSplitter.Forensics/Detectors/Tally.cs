using OnnxSplitter.Forensics.Views;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Forensics.Detectors;

/// <summary>Counts what one detector says of all weights, and keeps those that look oddest to it.</summary>
/// <param name="most">How many of them.</param>
internal sealed class Tally(int most)
{
    private readonly List<float> _changed = [];

    // The least odd of them first, of equal ones the later.
    private readonly PriorityQueue<(WeightTensor Tensor, int Index, float Repair), (float Suspicion, long Order)>
        _guesses = new();

    private float[]? _ascending;
    private long _judged;
    private double _wins;

    /// <summary>Takes what a changed weight looks like. All of them come before any other.</summary>
    public void AddChanged(float suspicion)
    {
        if (!float.IsNaN(suspicion)) _changed.Add(suspicion);
    }

    /// <summary>Takes a tensor's weights, changed ones included.</summary>
    public void Add(WeightView view, ReadOnlySpan<float> suspicion, ReadOnlySpan<float> repair)
    {
        _ascending ??= [.. _changed.Order()];
        for (var i = 0; i < suspicion.Length; i++)
        {
            if (float.IsNaN(suspicion[i])) continue;
            _judged++;
            var (notAbove, below) = (Count(suspicion[i], orAlike: true), Count(suspicion[i], orAlike: false));
            _wins += _ascending.Length - notAbove + 0.5 * (notAbove - below);

            // Undoing that puts back what is there is no guess.
            if (repair[i] == view.Values[i] || !float.IsFinite(repair[i])) continue;
            if (_guesses.Count < most) _guesses.Enqueue((view.Tensor, i, repair[i]), (suspicion[i], -_judged));
            else if (_guesses.TryPeek(out _, out var least) && suspicion[i] > least.Suspicion)
                _guesses.DequeueEnqueue((view.Tensor, i, repair[i]), (suspicion[i], -_judged));
        }
    }

    /// <summary>What came of it.</summary>
    public Detection Result(string name, ModelFile file)
    {
        // Among themselves changed weights win half of the comparisons.
        double found = _changed.Count, others = _judged - _changed.Count;
        var auroc = found > 0 && others > 0 ? (_wins - found * found / 2) / (found * others) : 0.5;
        var codecs = new Dictionary<string, WeightCodec>(StringComparer.Ordinal);
        var guesses = new List<WeightBits>(_guesses.Count);
        while (_guesses.TryDequeue(out var guess, out _))
        {
            if (!codecs.TryGetValue(guess.Tensor.Path, out var codec))
                codecs[guess.Tensor.Path] = codec = WeightCodec.Of(file, guess.Tensor);
            guesses.Add(new WeightBits(guess.Tensor, guess.Index, codec.Encode(guess.Index, guess.Repair)));
        }

        guesses.Reverse();
        return new Detection(name, _judged, _changed.Count, auroc, guesses);
    }

    /// <summary>How many changed weights look less odd than this, or, if asked, at most as odd.</summary>
    private int Count(float value, bool orAlike)
    {
        var (low, high) = (0, _ascending!.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_ascending[middle] < value || orAlike && _ascending[middle] == value) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
