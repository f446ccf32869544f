namespace OnnxSplitter.SecureWorld.Serving;

/// <summary>What hosts may ask for.</summary>
/// <param name="Connections">At a time.</param>
/// <param name="Arena">Bytes that each connection may share.</param>
/// <param name="Run">How long a run may take.</param>
/// <param name="Users">Numbers of users who may connect, beside the one that this process runs as.</param>
internal sealed record ServingLimits(int Connections, long Arena, TimeSpan Run, IReadOnlyList<uint> Users)
{
    /// <summary>At a time, of one user: an even share, so that none keeps the others out.</summary>
    public int ConnectionsOfUser => Math.Max(1, Connections / (Users.Distinct().Count() + 1));

    /// <summary>How long the rest of a message may take, once it has begun, and a host's first message.</summary>
    public static TimeSpan Message { get; } = TimeSpan.FromSeconds(5);
}
