using CsCheck;

namespace OnnxSplitter.Tests;

/// <summary>What holds of whatever a generator draws.</summary>
/// <remarks>
/// CsCheck's own Sample takes its seed for the first draw alone, and the clock for the others: a property that hardly
/// ever fails would fail on some day, to whoever changes something else.
/// </remarks>
internal static class Property
{
    /// <summary>Asks it of draws that are the same in every run.</summary>
    /// <param name="generator">Draws.</param>
    /// <param name="property">Asserts it of one draw.</param>
    /// <param name="draws">How many.</param>
    public static void Holds<T>(this Gen<T> generator, Action<T> property, int draws = 100)
    {
        var state = new PCG(stream: 1, seed: 1);
        for (var i = 0; i < draws; i++)
        {
            var drawn = generator.Generate(state, null!, out _);
            try
            {
                property(drawn);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"It does not hold of draw {i}: {Check.Print(drawn)}", e);
            }
        }
    }
}
