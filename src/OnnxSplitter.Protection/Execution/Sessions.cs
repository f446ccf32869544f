using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Onnx;
using OnnxSplitter.Onnx;

namespace OnnxSplitter.Protection.Execution;

/// <summary>Opens ONNX Runtime sessions the one way this project does.</summary>
public static class Sessions
{
    /// <summary>A session of a model file.</summary>
    /// <exception cref="ModelFormatException">ONNX Runtime can't load it.</exception>
    public static InferenceSession Open(string path, int threads) => Open(path, options => new(path, options), threads);

    internal static InferenceSession Open(ModelProto model, int threads) =>
        Open("a search graph", options => new(model.ToByteArray(), options), threads);

    private static InferenceSession Open(string what, Func<SessionOptions, InferenceSession> create, int threads)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        try
        {
            return create(options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelFormatException($"ONNX Runtime can't load {what}: {e.Message}",
                "Check that the model runs in ONNX Runtime on this machine.", e);
        }
    }
}
