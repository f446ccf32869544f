using OnnxSplitter.Gradients.Building;

namespace OnnxSplitter.Gradients.Rewriting.Classical;

/// <summary>The leaves of an ensemble of trees.</summary>
/// <param name="Trees">How many trees there are.</param>
/// <param name="TreeOf">By leaf, the tree that it belongs to.</param>
/// <param name="Answers">Which weight a leaf answers for a class with.</param>
internal sealed record TreeLeaves(
    int Trees, int[] TreeOf, IReadOnlyList<(int Leaf, int Class, int Weight)> Answers)
{
    // As floats, numbers up to this one differ from each other.
    private const int Most = 1 << 24;

    /// <summary>How many leaves there are.</summary>
    public int Count => TreeOf.Length;

    /// <summary>Refuses what is not written out.</summary>
    /// <exception cref="GradientException">It can't be followed.</exception>
    public TreeLeaves Checked(ClassicalNode c, int classes)
    {
        if (Trees == 0 || Count == 0) throw c.Unsupported("it has no trees");
        if (Count > Most) throw c.Unsupported("it has too many leaves");
        if (Answers.Any(answer => answer.Class < 0 || answer.Class >= classes))
            throw c.Unsupported("a leaf answers for a class that there is not");
        if (Answers.DistinctBy(answer => (answer.Leaf, answer.Class)).Count() < Answers.Count)
            throw c.Unsupported("a leaf answers for a class more than once");
        return this;
    }
}
