using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Onnx;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets;

namespace OnnxSplitter.DependencyInjection;

/// <summary>Writes down each open: an audit event, a count, a span. Never what is secret.</summary>
internal sealed partial class ModelJournal
{
    private readonly string _name;
    private readonly ModelMeter _meter;
    private readonly ILogger _audit;

    public ModelJournal(string name, ModelMeter meter, ILoggerFactory loggers)
    {
        _name = name;
        _meter = meter;
        _audit = loggers.CreateLogger(ProtectedModelTelemetry.AuditCategory);
    }

    /// <summary>Opens, and writes down what came of it.</summary>
    public ProtectedSession Record(
        string path, int generation, Func<(ProtectedSession Session, string SecretsSha256)> open)
    {
        using var span = ProtectedModelTelemetry.Source.StartActivity("open protected model");
        span?.SetTag("onnxsplitter.model", _name);
        var started = Stopwatch.GetTimestamp();
        try
        {
            var (session, digest) = open();
            var milliseconds = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            _meter.Count(_name, reason: null, milliseconds);
            Opened(_name, generation, path, digest, milliseconds, session.RestoredBytes);
            return session;
        }
        catch (Exception e)
        {
            var reason = Reason(e);
            _meter.Count(_name, reason, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            span?.SetStatus(ActivityStatusCode.Error, reason);
            Refused(_name, generation, path, reason, Explain(e));
            throw;
        }
    }

    /// <summary>What happened and what helps, in one line for people.</summary>
    public static string Explain(Exception failure) => failure is OnnxSplitterException known
        ? $"{known.Message} {known.Remedy}"
        : failure.Message;

    /// <summary>One of a few words, for metrics.</summary>
    private static string Reason(Exception failure) => failure switch
    {
        SecretsException { Failure: SecretsFailure.NotTrusted } => "not_trusted",
        SecretsException => "not_opened",
        TermsException => "terms",
        SecretsFileException => "secrets_file",
        CertificateException => "key",
        ModelMismatchException => "mismatch",
        UnsafeOptionsException => "session_options",
        OnnxSplitterException => "model",
        OnnxRuntimeException => "onnxruntime",
        _ => "other",
    };

    [LoggerMessage(1, LogLevel.Information,
        "Protected model {Model}, open {Generation}: {Path} restored with the secrets of SHA-256 {SecretsSha256} in "
        + "{Milliseconds:F0} ms; {RestoredBytes} bytes of data files are copies.", EventName = "ModelOpened")]
    private partial void Opened(
        string model, int generation, string path, string secretsSha256, double milliseconds, long restoredBytes);

    [LoggerMessage(2, LogLevel.Error,
        "Protected model {Model}, open {Generation}: {Path} refused ({Reason}). {Explanation}",
        EventName = "ModelRefused")]
    private partial void Refused(string model, int generation, string path, string reason, string explanation);
}
