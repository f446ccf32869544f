using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Moves;
using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Protection.Strategies;

/// <summary>
/// Weights as somebody would set them who undoes what looks odd to him. Moves that are chosen while that is supposed
/// destroy what undoing would bring back.
/// </summary>
/// <param name="model">The model whose present values show it.</param>
internal sealed class Supposition(SearchModel model)
{
    private readonly ExcludedWeights _weights = new();
    private (WeightTensor Tensor, long Index, float Value)[] _present = [];

    /// <summary>What is supposed; empty for nothing.</summary>
    public IReadOnlyList<(WeightTensor Tensor, long Index, float Value)> Guesses { get; private set; } = [];

    /// <summary>Supposes something else.</summary>
    /// <param name="guesses">
    /// What undoing would set, of tensors that are searched and weights that no move has changed; empty to end.
    /// </param>
    public void Become(IReadOnlyList<(WeightTensor Tensor, long Index, float Value)> guesses)
    {
        if (Guesses.Count == 0 && guesses.Count == 0) return;
        model.Write(_present);
        _present =
            [.. guesses.Select(guess => guess with { Value = model.Source(guess.Tensor.Path)[guess.Index] })];
        Guesses = guesses;
        _weights.Become(ExcludedWeights.Of(guesses.Select(guess => (guess.Tensor.Path, guess.Index))));
        model.Write(guesses);
    }

    /// <summary>Whether a move would change what is supposed.</summary>
    public bool Holds(Candidate candidate) => _weights.Holds(candidate);
}
