using OnnxSplitter.Onnx.Files;

namespace OnnxSplitter.Data;

/// <summary>
/// Runs of one session on batches of examples, several at a time. Ops of small models are done before another thread of
/// ONNX Runtime's has woken, so that each run has a processor to itself instead of all of them in turns.
/// </summary>
internal static class SideBySide
{
    // Each run has values on the way of its own.
    private const int MostRuns = 4;

    /// <summary>How many runs go at a time.</summary>
    public static int Runs { get; } = Math.Min(Environment.ProcessorCount, MostRuns);

    /// <summary>Threads that ONNX Runtime has for a run, where a session's runs go side by side.</summary>
    public static int ThreadsOfEach { get; } = Math.Max(1, Environment.ProcessorCount / Runs);

    /// <summary>
    /// Does something with each of some batches, in any order. What one of them throws is thrown as it is.
    /// </summary>
    /// <param name="count">How many there are.</param>
    /// <param name="run">Told the batch's number.</param>
    public static void Each(int count, Action<int> run) => ParallelWork.For(count, Runs, run);
}
