using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace OnnxSplitter.Onnx.Files;

/// <summary>Does several things at a time.</summary>
public static class ParallelWork
{
    /// <summary>Runs all to their end. What one of them throws is thrown as it is.</summary>
    /// <param name="work">What to do.</param>
    public static void Run(params Action[] work) => Rethrow(() => Parallel.Invoke(work));

    /// <summary>Does the same with each of several, until one throws.</summary>
    /// <param name="items">Those.</param>
    /// <param name="work">What to do with each.</param>
    public static void ForEach<T>(Partitioner<T> items, Action<T> work) =>
        Rethrow(() => Parallel.ForEach(items, work));

    /// <summary>Does the same for 0, 1 and so on, so many at a time at most, until one throws.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="most">How many at a time.</param>
    /// <param name="work">Told the number.</param>
    public static void For(int count, int most, Action<int> work) => Rethrow(
        () => Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = most }, work));

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
