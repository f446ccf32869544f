using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace OnnxSplitter.Onnx.Files;

/// <summary>Does several things at a time.</summary>
internal static class ParallelWork
{
    /// <summary>Runs all to their end. What one of them throws is thrown as it is.</summary>
    public static void Run(params Action[] work) => Rethrow(() => Parallel.Invoke(work));

    /// <summary>Does the same with each of several, until one throws.</summary>
    public static void ForEach<T>(Partitioner<T> items, Action<T> work) =>
        Rethrow(() => Parallel.ForEach(items, work));

    private static void Rethrow(Action work)
    {
        try
        {
            work();
        }
        catch (AggregateException e) when (e.InnerException is { } inner)
        {
            ExceptionDispatchInfo.Throw(inner);
        }
    }
}
