using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace OnnxSplitter.Data;

/// <summary>
/// Finds out which integers a model takes, by giving it some: whatever lies between an input and the table that it
/// picks rows of, the model itself says where the table ends.
/// </summary>
/// <param name="session">The model.</param>
/// <param name="inputs">All inputs, each with values that the model runs on.</param>
/// <param name="draw">Makes examples for a run.</param>
internal sealed class RangeProbe(
    InferenceSession session, IReadOnlyList<DrawnInput> inputs, Func<IReadOnlyList<DrawnInput>, Dataset> draw)
{
    /// <summary>What an input takes.</summary>
    /// <returns>
    /// The input with its range; a mask, if all numbers from 1 on are alike to the model; as it was, where its numbers
    /// say how long something is.
    /// </returns>
    public DrawnInput Settle(DrawnInput input)
    {
        if (Run(input, 1) is not { } one) return input with { Range = IntegerRange.Only(0) };
        var most = IntegerRange.Largest(input.Type)!.Value;
        var (passed, last) = (1L, one);
        for (var value = 2L; value <= most; value *= 2)
        {
            if (Run(input, value) is not { } outputs)
                return input with { Range = new(0, First(passed, value, at => Run(input, at) is null)) };
            if (outputs.Length != one.Length) return input;
            (passed, last) = (value, outputs);
        }

        if (!Same(last, Run(input, passed / 4 * 3))) return input with { Range = IntegerRange.OfByte(input.Type) };
        return First(-1, passed, at => Same(Run(input, at), last)) switch
        {
            0 => input,
            1 => input with { Kind = InputKind.Mask },
            var bound => input with { Range = new(0, bound) },
        };
    }

    /// <summary>Whether all results are numbers.</summary>
    public bool GivesNumbers(IReadOnlyList<DrawnInput> drawn) =>
        Run(drawn) is { } outputs && !Array.Exists(outputs, float.IsNaN);

    /// <summary>The first number beyond one for which something does not hold, up to one for which it does.</summary>
    private static long First(long without, long with, Func<long, bool> holds)
    {
        while (with - without > 1)
        {
            var middle = (without + with) / 2;
            if (holds(middle)) with = middle;
            else without = middle;
        }

        return with;
    }

    private static bool Same(float[]? left, float[]? right) => left is not null && right is not null
        && MemoryMarshal.AsBytes(left.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(right.AsSpan()));

    private float[]? Run(DrawnInput changed, long value) => Run(
    [
        .. inputs.Select(
            input => input.Name == changed.Name ? input with { Range = IntegerRange.Only(value) } : input),
    ]);

    /// <summary>All outputs of floats, one after the other; null if the model does not run.</summary>
    private float[]? Run(IReadOnlyList<DrawnInput> drawn)
    {
        var examples = draw(drawn);
        using var feeds = new FeedSet();
        foreach (var input in drawn)
            feeds.Values[input.Name] = examples.Batch(input.Name, 0, input.Whole ? 1 : examples.Count);
        using var run = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        try
        {
            using var results = session.Run(
                run, [.. feeds.Values.Keys], [.. feeds.Values.Values], ModelSignature.FloatOutputs(session));
            var all = new List<float>();
            foreach (var result in results) all.AddRange(OrtFloats.Read(result));
            return [.. all];
        }
        catch (OnnxRuntimeException)
        {
            return null;
        }
    }
}
