using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;

namespace OnnxSplitter.Data;

/// <summary>Opens ONNX Runtime sessions the one way this project does.</summary>
/// <param name="customOps">
/// Paths of native libraries that register custom ops with every session. Their code runs in this process: they come
/// from whoever runs it, never from a model or from secrets.
/// </param>
public sealed class Sessions(IReadOnlyList<string> customOps)
{
    /// <summary>For models of ONNX Runtime's own ops.</summary>
    public static Sessions Plain { get; } = new([]);

    /// <summary>Paths of the libraries of custom ops, in the order in which they are registered.</summary>
    public IReadOnlyList<string> CustomOps { get; } = customOps;

    /// <summary>Loads the libraries of custom ops; without any, ONNX Runtime is not loaded either.</summary>
    /// <exception cref="CustomOpsException">One is missing, or is no such library.</exception>
    public void Check()
    {
        if (CustomOps.Count > 0) Options().Dispose();
    }

    /// <summary>ONNX Runtime's usual options, with the custom ops.</summary>
    /// <returns>The caller's to dispose.</returns>
    /// <exception cref="CustomOpsException">A library is missing, or is no such library.</exception>
    public SessionOptions Options()
    {
        var options = new SessionOptions();
        try
        {
            foreach (var library in CustomOps.Distinct(StringComparer.Ordinal)) OpLibrary.Register(options, library);
            return options;
        }
        catch
        {
            options.Dispose();
            throw;
        }
    }

    /// <summary>A session of a model file.</summary>
    /// <param name="path">The <c>.onnx</c> file.</param>
    /// <exception cref="ModelFormatException">ONNX Runtime can't load it.</exception>
    /// <exception cref="CustomOpsException">A library of custom ops is missing, or is no such library.</exception>
    public InferenceSession Open(string path) => Open(path, lowMemory: false);

    internal InferenceSession Open(string path, bool lowMemory) => Open(path, options => new(path, options), lowMemory,
        sideBySide: true, () => ModelFile.Open(path));

    internal InferenceSession Open(byte[] model) => Open("the model", options => new(model, options),
        lowMemory: false, sideBySide: true, () => ModelFile.Of(model, "the model"));

    /// <summary>A session of a model in memory.</summary>
    /// <param name="what">What messages call the model.</param>
    /// <param name="model">The model.</param>
    /// <param name="folder">Where its data files lie, if it has any.</param>
    /// <exception cref="ModelFormatException">ONNX Runtime can't load it.</exception>
    internal InferenceSession Open(string what, byte[] model, string folder) => Open(what, options =>
    {
        LargeGarbage.Made(model.Length);
        options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", folder);
        return new(model, options);
    }, lowMemory: false, sideBySide: true);

    /// <summary>A session of what makes some values of a model out of its inputs, if it takes any.</summary>
    /// <param name="file">The model. Still the caller's.</param>
    /// <param name="outputs">The values.</param>
    /// <exception cref="ModelFormatException">ONNX Runtime can't load it.</exception>
    internal InferenceSession OpenPart(ModelFile file, IReadOnlyCollection<string> outputs)
    {
        using var stream = file.OpenPart("");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return Open(file.FilePath,
            new GraphPart(file.Structure.Graph, [], outputs).Of(bytes, inputs: null, outputs), file.Folder);
    }

    /// <summary>A session, made with this project's options.</summary>
    /// <param name="what">What messages call the model.</param>
    /// <param name="create">Makes the session.</param>
    /// <param name="lowMemory">Whether it works on weights where they lie, and gives memory back at once.</param>
    /// <param name="sideBySide">Whether it runs on several batches at a time (<see cref="SideBySide"/>).</param>
    /// <param name="file">Opens the model to say what of it can't be loaded; null where nothing need be said.</param>
    /// <exception cref="ModelFormatException">ONNX Runtime can't load it.</exception>
    internal InferenceSession Open(string what, Func<SessionOptions, InferenceSession> create, bool lowMemory = false,
        bool sideBySide = false, Func<ModelFile>? file = null)
    {
        using var options = Options();
        options.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR;
        if (lowMemory)
        {
            options.EnableCpuMemArena = false;
            options.AddSessionConfigEntry("session.disable_prepacking", "1");
        }
        else CommonArena.Serve(options);

        // ONNX Runtime counts processors in its own way, and takes one thread on some machines of several.
        options.IntraOpNumThreads = sideBySide && !lowMemory ? SideBySide.ThreadsOfEach : Environment.ProcessorCount;

        // Many sessions take turns here: threads that wait by spinning would take the processor from the next one.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        return Try(what, () => create(options), file);
    }

    /// <summary>Opens a session whatever its options, and says what is wrong if ONNX Runtime does not.</summary>
    /// <param name="what">What messages call the model.</param>
    /// <param name="open">Opens it, with the custom ops.</param>
    /// <param name="file">Opens the model to say what of it can't be loaded; null where nothing need be said.</param>
    /// <exception cref="ModelFormatException">ONNX Runtime can't load it.</exception>
    internal InferenceSession Try(string what, Func<InferenceSession> open, Func<ModelFile>? file = null)
    {
        try
        {
            return open();
        }
        catch (OnnxRuntimeException e)
        {
            throw (file is null ? null : OpLibrary.Missing(what, file, CustomOps.Count > 0, e))
                ?? new ModelFormatException($"ONNX Runtime can't load {what}: {e.Message}",
                    "Check that the model runs in ONNX Runtime on this machine.", e);
        }
    }
}
