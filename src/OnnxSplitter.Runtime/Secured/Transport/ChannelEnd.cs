namespace OnnxSplitter.Runtime.Secured.Transport;

/// <summary>Why nothing more comes through a channel.</summary>
internal enum ChannelEnd
{
    /// <summary>The other side has gone.</summary>
    Closed,

    /// <summary>It took too long.</summary>
    TimedOut,

    /// <summary>The other side does not keep to the protocol.</summary>
    Protocol,
}
