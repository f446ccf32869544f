using System.Text.Json.Serialization;
using OnnxSplitter.Data;
using OnnxSplitter.Gradients.Loss;

namespace OnnxSplitter.Protection.Search;

/// <summary>
/// What readouts of the outputs, fitted anew to each state of the model, explain of the labels or of the original's
/// values: a search that drives it down destroys what outputs carry, where one that drives down accuracy shifts them.
/// And what readouts at places inside explain of the labels, where these are added.
/// </summary>
/// <param name="Blocks">The outputs, and then places; each counts alike.</param>
internal sealed record ExplainedObjective(IReadOnlyList<OutputBlock> Blocks) : Objective
{
    /// <summary>Whether of readings without labels only the answers as they are count.</summary>
    [JsonIgnore]
    public bool AnswersAlone { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override Objective OfAnswers => Outputs with { AnswersAlone = true };

    /// <inheritdoc/>
    [JsonIgnore]
    public override Objective OfOutputs => Outputs;

    private ExplainedObjective Outputs => this with { Blocks = [.. Blocks.Where(block => block.Inside is null)] };

    /// <summary>The same, with what places inside carry; those that it has already count as they are given.</summary>
    public ExplainedObjective And(IReadOnlyList<OutputBlock> places) => this with
    {
        Blocks = [.. Blocks.Where(block => places.All(place => place.Name != block.Name)), .. places],
    };

    /// <inheritdoc/>
    public override LossKind Loss => LossKind.WeightedSum;

    /// <inheritdoc/>
    public override float LossTemperature => 1;

    /// <inheritdoc/>
    public override double LossFactor(Dataset data) => data.Count;

    /// <summary>The objective's derivative by each output: its sum with the outputs has the same gradient.</summary>
    public override float[] Targets(Dataset data, int width, Func<float[]> outputs)
    {
        var rows = outputs();
        var targets = new float[rows.Length];
        foreach (var block in Blocks)
        {
            var slopes = ExplainedBlock.Of(block, data, AnswersAlone).Slopes(rows, width);
            for (var i = 0; i < data.Count; i++)
                for (var k = 0; k < block.Width; k++)
                    targets[i * width + block.Start + k] = (float)(slopes.At(i, k) / Blocks.Count);
        }

        return targets;
    }

    /// <inheritdoc/>
    public override Func<ScoreSum> Scores(Dataset data, int width)
    {
        ExplainedBlock[] blocks = [.. Blocks.Select(block => ExplainedBlock.Of(block, data, AnswersAlone))];
        return () => new ExplainedScores(width, data.Count, blocks);
    }

    /// <inheritdoc/>
    public bool Equals(ExplainedObjective? other) =>
        other is not null && AnswersAlone == other.AnswersAlone && Blocks.SequenceEqual(other.Blocks);

    /// <inheritdoc/>
    public override int GetHashCode() => Blocks.Count;
}
