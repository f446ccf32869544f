namespace OnnxSplitter.Runtime.Secured.Transport;

/// <summary>Nothing more comes through a channel.</summary>
internal sealed class ChannelException : Exception
{
    private ChannelException(ChannelEnd end, string message)
        : base(message) => End = end;

    /// <summary>Why.</summary>
    public ChannelEnd End { get; }

    /// <summary>The other side has gone.</summary>
    public static ChannelException Closed() => new(ChannelEnd.Closed, "the connection was closed");

    /// <summary>It took too long.</summary>
    public static ChannelException TimedOut() => new(ChannelEnd.TimedOut, "no answer in time");

    /// <summary>The other side does not keep to the protocol.</summary>
    public static ChannelException Protocol(string what) => new(ChannelEnd.Protocol, what);
}
