using OnnxSplitter.Onnx;
using OnnxSplitter.Secrets;

namespace OnnxSplitter.Native;

/// <summary>The one place that turns failures into codes.</summary>
internal static class ErrorCodes
{
    /// <summary>The code of a failure.</summary>
    public static ErrorCode Of(Exception failure) => failure switch
    {
        BadArgumentException => ErrorCode.BadArgument,
        SecretsException { Failure: SecretsFailure.NotOpened } => ErrorCode.NotOpened,
        SecretsException => ErrorCode.NotTrusted,
        TermsException => ErrorCode.Terms,
        SecretsFileException => ErrorCode.Secrets,
        CertificateException => ErrorCode.Key,
        MismatchException => ErrorCode.Mismatch,
        ModelFormatException { InnerException: IOException or UnauthorizedAccessException } => ErrorCode.Io,
        ModelFormatException => ErrorCode.Model,
        _ => ErrorCode.Other,
    };
}
