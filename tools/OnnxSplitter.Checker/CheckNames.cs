using OnnxSplitter.Forensics.Detectors;

namespace OnnxSplitter.Checker;

/// <summary>The checks. docs/checking.md has a table of what each failure means; a test compares both.</summary>
internal static class CheckNames
{
    public const string Envelope = "envelope";
    public const string Recipients = "recipients";
    public const string Certificate = "certificate";
    public const string Signature = "signature";
    public const string Identity = "identity";
    public const string ObfuscatedFile = "obfuscated file";
    public const string RestoredModel = "restored model";
    public const string ChangedWeights = "changed weights";
    public const string OriginalFile = "original file";
    public const string OtherBytes = "other bytes";
    public const string Compact = "compact";
    public const string Session = "session";
    public const string Outputs = "outputs";
    public const string TrustedProcess = "trusted process";
    public const string ObfuscatedAccuracy = "obfuscated accuracy";
    public const string RestoredAccuracy = "restored accuracy";

    public const string Worth = "worth left";

    public const string Undoing = "stealth: undoing";

    /// <summary>One for each detector.</summary>
    public static IReadOnlyList<string> Detectors { get; } =
        [.. DetectorSuite.Names.Select(name => $"stealth: {name}")];

    /// <summary>Those that take an identity, in the order in which one rests on another.</summary>
    public static IReadOnlyList<string> WithIdentity { get; } =
    [
        Identity, ObfuscatedFile, RestoredModel, ChangedWeights, OriginalFile, OtherBytes, Compact, .. Detectors,
        Session, Outputs, TrustedProcess, ObfuscatedAccuracy, RestoredAccuracy, Worth, Undoing,
    ];

    /// <summary>In the order in which one rests on another.</summary>
    public static IReadOnlyList<string> All { get; } =
        [Envelope, Recipients, Certificate, Signature, .. WithIdentity];
}
