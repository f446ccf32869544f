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
    public static InferenceSession Open(string path) => Open(path, options => new(path, options));

    internal static InferenceSession Open(byte[] model) => Open("the model", options => new(model, options));

    internal static InferenceSession Open(ModelProto model, bool optimised = true) => Open(
        "a graph made from the model",
        options =>
        {
            if (!optimised) options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
            return new(model.ToByteArray(), options);
        });

    internal static InferenceSession Open(string what, Func<SessionOptions, InferenceSession> create)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };

        // Many sessions take turns here: threads that wait by spinning would take the processor from the next one.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
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
