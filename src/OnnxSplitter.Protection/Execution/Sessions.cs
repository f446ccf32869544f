using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Onnx;

namespace OnnxSplitter.Protection.Execution;

/// <summary>Opens ONNX Runtime sessions the one way this project does.</summary>
public static class Sessions
{
    /// <summary>A session of a model file.</summary>
    /// <exception cref="ModelFormatException">ONNX Runtime can't load it.</exception>
    public static InferenceSession Open(string path) => Open(path, frugal: false);

    /// <summary>The same, for a large model by the means of <see cref="BeFrugal"/>.</summary>
    internal static InferenceSession Open(string path, bool frugal) => Open(path, options =>
    {
        if (frugal) BeFrugal(options);
        return new(path, options);
    });

    internal static InferenceSession Open(byte[] model) => Open("the model", options => new(model, options));

    /// <summary>Works on weights where they lie, and gives memory back at once.</summary>
    internal static void BeFrugal(SessionOptions options)
    {
        options.EnableCpuMemArena = false;
        options.AddSessionConfigEntry("session.disable_prepacking", "1");
    }

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
