using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace OnnxSplitter.SecureWorld.Serving;

/// <summary>
/// Numbers that are secret, in an array that the garbage collector never moves; disposing zeroes them.
/// </summary>
internal sealed class PinnedNumbers(int count) : IDisposable
{
    private readonly float[] _values = GC.AllocateArray<float>(count, pinned: true);

    /// <summary>No numbers.</summary>
    public static PinnedNumbers None => new(0);

    /// <summary>The numbers.</summary>
    public Span<float> Values => _values;

    /// <summary>What some numbers are more than others of the same count.</summary>
    public static PinnedNumbers Difference(ReadOnlySpan<float> numbers, ReadOnlySpan<float> others)
    {
        var difference = new PinnedNumbers(numbers.Length);
        for (var i = 0; i < numbers.Length; i++) difference._values[i] = numbers[i] - others[i];
        return difference;
    }

    /// <inheritdoc/>
    public void Dispose() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_values.AsSpan()));
}
