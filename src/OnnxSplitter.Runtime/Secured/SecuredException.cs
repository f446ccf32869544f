using OnnxSplitter.Onnx;
using OnnxSplitter.Runtime.Secured.Transport;

namespace OnnxSplitter.Runtime.Secured;

/// <summary>A trusted process gave no answer. The next run connects anew where that may help.</summary>
public sealed class SecuredException : OnnxSplitterException
{
    private SecuredException(SecuredFailure failure, string message, string remedy, Exception? inner = null)
        : base(message, remedy, inner) => Failure = failure;

    /// <summary>What went wrong.</summary>
    public SecuredFailure Failure { get; }

    internal static SecuredException Unreachable(string path, Exception inner) => new(SecuredFailure.Unreachable,
        !File.Exists(path) ? $"There is no socket {path}."
            : $"Nothing answers at {path}: no process serves there, or it is no socket that this user may open.",
        "Start onnxsplit-secure there, and let this user open the socket and the folders above it.", inner);

    internal static SecuredException Closed(string path, Exception inner) => new(SecuredFailure.Unreachable,
        $"{path} closed the connection before it answered.",
        "Look at what the trusted process has said: it may have ended, or not let this user connect.", inner);

    internal static SecuredException TooLong(string path) => new(SecuredFailure.Unreachable,
        $"The path of the socket has more than {SecuredEndpoint.LongestPath} bytes: {path}.", "Name a shorter one.");

    internal static SecuredException NotTheOne(string message, string remedy) =>
        new(SecuredFailure.NotTheOne, message, remedy);

    internal static SecuredException Refused(string message) => new(SecuredFailure.Refused, message,
        "Compare names, types and shapes with the model's.");

    internal static SecuredException Unlike(string what) => new(SecuredFailure.Garbled,
        $"The model and what the trusted process says of it do not belong together: {what}.",
        "Use the same version on both sides, and the model that the process was started with.");

    internal static SecuredException TimedOut(string path) => new(SecuredFailure.TimedOut,
        $"{path} did not answer in time.", "Give runs longer, or look at what the trusted process does.");

    internal static SecuredException Of(string path, ChannelException ended) => ended.End switch
    {
        ChannelEnd.TimedOut => TimedOut(path),
        ChannelEnd.Closed => Closed(path, ended),
        _ => new(SecuredFailure.Garbled, $"What came from {path} is no answer: {ended.Message}.",
            "Use the same version on both sides.", ended),
    };

    internal static SecuredException Of(string path, FailureCode code, string what) => code switch
    {
        FailureCode.Busy => new(SecuredFailure.Unreachable, $"{path} is busy: {what}",
            "Try again, or have the trusted process take more connections."),
        FailureCode.Model => new(SecuredFailure.ModelFailed, $"The model failed on these inputs: {what}",
            "Try the inputs with the obfuscated model, which takes the same ones, or fewer examples at a time."),
        FailureCode.TooLarge => new(SecuredFailure.Refused, $"{path} refuses that much: {what}",
            "Send fewer examples at a time, or give the trusted process more memory or time."),
        _ => Refused($"{path} refuses these inputs: {what}"),
    };
}
