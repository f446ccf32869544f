using System.Text;

namespace OnnxSplitter.Runtime.Secured;

/// <summary>Where a trusted process serves a model, and how long a host waits for it.</summary>
/// <param name="Path">Its socket.</param>
public sealed record SecuredEndpoint(string Path)
{
    /// <summary>Bytes that a socket's path may have.</summary>
    internal const int LongestPath = 107;

    /// <summary>Whether a path has more.</summary>
    internal static bool IsTooLong(string path) => Encoding.UTF8.GetByteCount(path) > LongestPath;

    /// <summary>
    /// Number of the user whom the process has to run as; null takes whoever could make the socket. The system says who
    /// that is, not the process.
    /// </summary>
    public uint? User { get; init; }

    /// <summary>How long connecting may take.</summary>
    public TimeSpan ConnectWithin { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a run may take, waiting for a connection included.</summary>
    public TimeSpan RunWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Connections at a time, and so runs.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public int MostConnections
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    } = Environment.ProcessorCount;
}
