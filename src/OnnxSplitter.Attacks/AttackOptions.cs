using OnnxSplitter.Data;
using OnnxSplitter.Protection.Images;

namespace OnnxSplitter.Attacks;

/// <summary>What to attack, and what the thief has.</summary>
public sealed record AttackOptions
{
    /// <summary>Path of the obfuscated model.</summary>
    public string Obfuscated { get; init; } = string.Empty;

    /// <summary>The thief's examples: a file or folder as <c>protect</c> takes them.</summary>
    public string Examples { get; init; } = string.Empty;

    /// <summary>
    /// Examples that results are judged by; no attack looks at them. Null for a third of <see cref="Examples"/>, which
    /// the thief does not have then.
    /// </summary>
    public string? Evaluation { get; init; }

    /// <summary>
    /// Path of a published model of the same architecture, from which the vendor may have begun; null for none.
    /// </summary>
    public string? Public { get; init; }

    /// <summary>
    /// Path of the original: it says how far what an attack reaches is from what there is to reach, and which guesses
    /// are right. No attack looks at it, but for its answers to queries. Null where it is not at hand.
    /// </summary>
    public string? Original { get; init; }

    /// <summary>
    /// Whether to solve for changed weights from corrections of layers, as a host sees them, instead of all else. Needs
    /// the original.
    /// </summary>
    public bool FromCorrections { get; init; }

    /// <summary>Names of attacks; none for all. Controls run for whatever labels those take.</summary>
    public IReadOnlyList<string> Attacks { get; init; } = [];

    /// <summary>How many labels a thief has, each count in turn; none for 64, 600 and all that there are.</summary>
    public IReadOnlyList<int> Labels { get; init; } = [];

    /// <summary>How many queries he has to a restored model; null for 50 and 500. Needs the original.</summary>
    public IReadOnlyList<int>? Queries { get; init; }

    /// <summary>Time for everything together; null for as long as it takes.</summary>
    public TimeSpan? Budget { get; init; }

    /// <summary>Whether to run only what takes about a minute on a small model.</summary>
    public bool Quick { get; init; }

    /// <summary>Where results are kept from attack to attack; null not to.</summary>
    public string? State { get; init; }

    /// <summary>What random choices start from.</summary>
    public int Seed { get; init; }

    /// <summary>Which output holds the class scores; null for the first of floats.</summary>
    public string? ModelOutput { get; init; }

    /// <summary>How images become inputs.</summary>
    public ImageOptions Images { get; init; } = new();

    /// <summary>Knows the libraries of custom ops.</summary>
    public Sessions Sessions { get; init; } = Sessions.Plain;
}
