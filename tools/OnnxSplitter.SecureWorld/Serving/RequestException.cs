using OnnxSplitter.Runtime.Secured;


namespace OnnxSplitter.SecureWorld.Serving;

/// <summary>A host asks for what is not done; it may ask for something else next.</summary>
internal sealed class RequestException(FailureCode code, string what) : Exception(what)
{
    /// <summary>What it is told.</summary>
    public FailureCode Code { get; } = code;
}
