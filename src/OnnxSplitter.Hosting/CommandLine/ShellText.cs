namespace OnnxSplitter.Hosting.CommandLine;

/// <summary>Writes words as a line for a POSIX shell.</summary>
public static class ShellText
{
    private const string Plain = "-_./:=,+@%";

    /// <summary>The line.</summary>
    public static string Of(IEnumerable<string> words) => string.Join(' ', words.Select(Quoted));

    private static string Quoted(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || Plain.Contains(c, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
