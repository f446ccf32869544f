namespace OnnxSplitter.Hosting;

/// <summary>Asks for a passphrase on the terminal.</summary>
public static class PassphrasePrompt
{
    private const int Longest = 1024;

    /// <summary>Asks, without showing what is typed.</summary>
    /// <param name="name">What the passphrase is for.</param>
    /// <returns>What was typed, which the caller zeroes; null if nothing was.</returns>
    public static char[]? Ask(string name)
    {
        Console.Error.Write($"Passphrase for {name}: ");
        var typed = new char[Longest];
        try
        {
            var count = 0;
            for (var key = Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(
                intercept: true))
            {
                if (key.Key == ConsoleKey.Backspace) count = Math.Max(0, count - 1);
                else if (!char.IsControl(key.KeyChar) && count < Longest) typed[count++] = key.KeyChar;
            }

            return count == 0 ? null : typed[..count];
        }
        finally
        {
            Array.Clear(typed);
            Console.Error.WriteLine();
        }
    }
}
