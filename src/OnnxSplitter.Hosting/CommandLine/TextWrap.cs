namespace OnnxSplitter.Hosting.CommandLine;

/// <summary>Breaks text into lines.</summary>
internal static class TextWrap
{
    /// <summary>Lines of at most that many characters, broken at spaces; a longer word has a line of its own.</summary>
    public static IEnumerable<string> Lines(string text, int width)
    {
        var line = "";
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = "";
            }

            line = line.Length == 0 ? word : $"{line} {word}";
        }

        if (line.Length > 0) yield return line;
    }
}
