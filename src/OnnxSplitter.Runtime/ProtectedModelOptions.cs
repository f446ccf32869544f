using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Secrets.Envelope;

namespace OnnxSplitter.Runtime;

/// <summary>How a protected model is opened.</summary>
public sealed record ProtectedModelOptions
{
    /// <summary>
    /// Session options, still the caller's to dispose, and not changed: several threads may use one object. Null for
    /// the usual ones.
    /// </summary>
    public SessionOptions? Session { get; init; }

    /// <summary>What the secrets' terms are compared with; null for no audience and the system's clock.</summary>
    public OpenOptions? Terms { get; init; }

    /// <summary>
    /// Folder of the data files of a model that is given as bytes or as a stream; null if it has none, and for a file,
    /// whose data files lie beside it.
    /// </summary>
    public string? DataFolder { get; init; }

    /// <summary>When digests of data files are compared.</summary>
    public DataDigests Digests { get; init; }

    /// <summary>What the session options may ask for though it brings weights to the disk.</summary>
    public SessionWrites Allowed { get; init; }
}
