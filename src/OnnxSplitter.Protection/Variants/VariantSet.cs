using OnnxSplitter.Data;
using OnnxSplitter.Onnx;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Output;
using OnnxSplitter.Protection.Strategies;

namespace OnnxSplitter.Protection.Variants;

/// <summary>
/// Every recipient's own model and secrets, written but not yet under their own names: what one search came to, and
/// marks of each variant's own.
/// </summary>
/// <remarks>
/// What the search chose is the same in all of them on purpose: who holds two variants and compares them sees the marks
/// alone. Were the sets disjoint, three files would give the original away, weight by weight, by majority.
/// </remarks>
/// <param name="variants">What to write; empty where the job makes one model for all.</param>
/// <param name="targets">Where to, in the same order.</param>
internal sealed class VariantSet(IReadOnlyList<ModelVariant> variants, IReadOnlyList<OutputTarget> targets)
    : IDisposable
{
    // Marks change a model at chance by next to nothing; one that they lift above the target gets others.
    private const int MostAttempts = 8;

    private readonly List<OutputGate> _gates = [];
    private readonly List<VariantReport> _reports = [];

    /// <summary>The variants, in the order in which they were asked for.</summary>
    public IReadOnlyList<VariantReport> Reports => _reports;

    /// <summary>What was written, in the same order.</summary>
    public IEnumerable<ObfuscatedOutput> Outputs => _gates.Select(gate => gate.Output!);

    /// <summary>
    /// The variant that has kept most of the original, once they are written: the worst for its vendor.
    /// </summary>
    public int Weakest(Metric metric) =>
        Enumerable.Range(0, _reports.Count).MaxBy(i => metric.Utility(_reports[i].Obfuscated));

    /// <summary>Whether every variant meets the target.</summary>
    public bool MeetsTarget { get; private set; } = true;

    /// <summary>Whether there are any.</summary>
    public bool Any => variants.Count > 0;

    /// <summary>Writes and measures all variants.</summary>
    /// <param name="context">The search, with its moves made.</param>
    /// <param name="target">What each has to reach by the model's metric.</param>
    /// <param name="gate">Makes what writes a variant and measures it.</param>
    /// <param name="told">Told before each variant.</param>
    /// <exception cref="ModelFormatException">The model has too few weights for so many.</exception>
    public void Write(SearchContext context, double target, Func<OutputTarget, OutputGate> gate,
        Action<ModelVariant> told)
    {
        for (var i = 0; i < variants.Count; i++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            told(variants[i]);
            Add(context, target, variants[i], targets[i], gate,
                new Random(unchecked(context.Settings.Seed * 486_187_739 + i + 1)));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gates.ForEach(gate => gate.Dispose());

    private void Add(
        SearchContext context, double wanted, ModelVariant variant, OutputTarget target,
        Func<OutputTarget, OutputGate> open, Random random)
    {
        for (var attempt = 1; ; attempt++)
        {
            var marks = VariantMarks.Draw(context, random) ?? throw new ModelFormatException(
                "The model has too few weights for so many variants: each takes "
                + $"{VariantMarks.Weights} of its own.", "Make fewer variants, or let more tensors change.");
            var made = marks.Select(context.Accept).ToArray();
            var gate = open(target);
            try
            {
                var measured = gate.Evaluate(context.Accepted);
                var met = context.Signature.Metric.Reaches(measured.Value, wanted);
                if (!met && attempt < MostAttempts) continue;
                _gates.Add(gate);
                _reports.Add(new(variant.Name, variant.Output, variant.Secrets, gate.Changes.Count, measured.Value,
                    measured.StandardError));
                MeetsTarget &= met;
                return;
            }
            finally
            {
                if (!_gates.Contains(gate)) gate.Dispose();
                foreach (var move in made) context.Withdraw(move);
            }
        }
    }
}
