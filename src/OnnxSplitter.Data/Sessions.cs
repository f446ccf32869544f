using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Onnx;

namespace OnnxSplitter.Data;

/// <summary>Opens ONNX Runtime sessions the one way this project does.</summary>
public static class Sessions
{
    private const string UnknownOp = "is not a registered function/op";

    /// <summary>A session of a model file.</summary>
    /// <exception cref="ModelFormatException">ONNX Runtime can't load it.</exception>
    public static InferenceSession Open(string path) => Open(path, lowMemory: false);

    internal static InferenceSession Open(string path, bool lowMemory) =>
        Open(path, options => new(path, options), lowMemory);

    internal static InferenceSession Open(byte[] model) => Open("the model", options => new(model, options));

    /// <summary>A session of a model in memory.</summary>
    /// <param name="what">What messages call the model.</param>
    /// <param name="model">The model.</param>
    /// <param name="folder">Where its data files lie, if it has any.</param>
    /// <exception cref="ModelFormatException">ONNX Runtime can't load it.</exception>
    internal static InferenceSession Open(string what, byte[] model, string folder) => Open(what, options =>
    {
        options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", folder);
        return new(model, options);
    });

    /// <summary>A session, made with this project's options.</summary>
    /// <param name="what">What messages call the model.</param>
    /// <param name="create">Makes the session.</param>
    /// <param name="lowMemory">Whether it works on weights where they lie, and gives memory back at once.</param>
    /// <exception cref="ModelFormatException">ONNX Runtime can't load it.</exception>
    internal static InferenceSession Open(
        string what, Func<SessionOptions, InferenceSession> create, bool lowMemory = false)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        if (lowMemory)
        {
            options.EnableCpuMemArena = false;
            options.AddSessionConfigEntry("session.disable_prepacking", "1");
        }

        // Many sessions take turns here: threads that wait by spinning would take the processor from the next one.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        try
        {
            return create(options);
        }
        catch (OnnxRuntimeException e)
        {
            throw Refused(what, e);
        }
    }

    /// <summary>Says that ONNX Runtime takes no such model, and what to do.</summary>
    /// <param name="what">What messages call the model.</param>
    /// <param name="e">What ONNX Runtime said.</param>
    internal static ModelFormatException Refused(string what, OnnxRuntimeException e) => new(
        $"ONNX Runtime can't load {what}: {e.Message}",
        e.Message.Contains(UnknownOp, StringComparison.Ordinal)
            ? "Export the model without that op, since libraries of ops are not loaded; or protect it without running "
                + "it, by Strategy random with NoEvaluation, and check it without a session."
            : "Check that the model runs in ONNX Runtime on this machine.", e)
    {
        Properties = ["Strategy", "NoEvaluation"],
    };
}
