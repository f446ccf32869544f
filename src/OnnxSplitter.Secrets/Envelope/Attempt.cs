namespace OnnxSplitter.Secrets.Envelope;

/// <summary>Steps on hostile input.</summary>
internal static class Attempt
{
    /// <summary>Takes a step; null if it throws.</summary>
    /// <remarks>
    /// Decoders answer hostile input with more kinds of exceptions than they document. None may be told from another,
    /// so all become the same null; only running out of memory is a fault of the machine.
    /// </remarks>
    public static T? Run<T>(Func<T?> step)
        where T : class
    {
        try
        {
            return step();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return null;
        }
    }
}
