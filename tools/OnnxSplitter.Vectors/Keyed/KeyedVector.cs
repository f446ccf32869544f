namespace OnnxSplitter.Vectors.Keyed;

/// <summary>What a key makes of one tensor.</summary>
/// <param name="Rules">The rules, by name, joined with commas.</param>
/// <param name="Type">Type of the elements.</param>
/// <param name="Count">How many.</param>
/// <param name="Threshold">Least class of magnitude that changes.</param>
/// <param name="Path">The tensor's path.</param>
/// <param name="Key">32 bytes, hexadecimal.</param>
/// <param name="Original">Bytes, hexadecimal; null where they are made by the rule in the README.</param>
/// <param name="Obfuscated">Bytes, hexadecimal; null where there are many.</param>
/// <param name="Sha256">Of the obfuscated bytes.</param>
internal sealed record KeyedVector(
    string Rules, string Type, int Count, int Threshold, string Path, string Key, string? Original, string? Obfuscated,
    string Sha256);
