using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Onnx;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Protection.Execution;

/// <summary>Opens sessions of graphs that are made from one model.</summary>
/// <param name="folder">Where the data files are that its initializers lie in; null if it has none.</param>
/// <param name="folded">
/// Whether what is made of constants alone is made once and kept. Not so, it is made in each run, and released.
/// </param>
/// <param name="lowMemory">
/// Whether ONNX Runtime works on weights where they lie, without a copy in an order that suits it, and gives memory
/// back at once: slower, and the only way where each session's copy would take gigabytes.
/// </param>
/// <param name="sessions">Opens them; null for <see cref="Sessions.Plain"/>.</param>
internal sealed class GraphSessions(
    string? folder = null, bool folded = true, bool lowMemory = false, Sessions? sessions = null)
{
    // A model of this size is lowMemory.
    private const long Large = 1L << 30;

    // A protobuf message has at most 2 GB; this leaves room for the structure.
    private const long MostInside = int.MaxValue - (64L << 20);

    /// <summary>For graphs that stand alone.</summary>
    public static GraphSessions Plain { get; } = new();

    /// <summary>Those that suit a model.</summary>
    /// <param name="file">The model.</param>
    /// <param name="graph">Its graph.</param>
    /// <param name="sessions">Opens them; null for <see cref="Sessions.Plain"/>.</param>
    public static GraphSessions Of(ModelFile file, GraphProto graph, Sessions? sessions = null)
    {
        var large = IsLarge(file);

        // Unpacked, all weights would be in memory as floats, several times over on the way.
        var packed = graph.Node.Any(node => OperatorTable.Find(node)?.Packed is not null);
        return new(file.DataFiles.Count > 0 ? file.Folder : null,
            folded: !large && !packed, lowMemory: large, sessions);
    }

    /// <summary>Whether copies of a model's weights would take gigabytes.</summary>
    public static bool IsLarge(ModelFile file) => file.TotalLength >= Large;

    /// <summary>A graph that is the whole model, in a session.</summary>
    /// <param name="model">The graph.</param>
    /// <param name="signature">The model's.</param>
    /// <exception cref="ModelFormatException">ONNX Runtime can't load it.</exception>
    public LoadedModel Load(ModelProto model, ModelSignature signature) =>
        new(Open(model, sideBySide: true), signature);

    /// <summary>A session of a graph.</summary>
    /// <param name="model">The graph.</param>
    /// <param name="optimised">Whether ONNX Runtime may change it.</param>
    /// <param name="sideBySide">Whether it runs on several batches at a time (<see cref="SideBySide"/>).</param>
    /// <exception cref="ModelFormatException">ONNX Runtime can't load it.</exception>
    public InferenceSession Open(ModelProto model, bool optimised = true, bool sideBySide = false)
    {
        if (model.Graph.Initializer.Sum(tensor => (long)tensor.RawData.Length) > MostInside)
            throw new ModelFormatException(
                "The tensors that were changed, and those of small types, have more than 2 GB together.",
                "Choose fewer tensors with Include and Exclude, or set Strategy to random.")
            {
                Properties = ["Include", "Exclude", "Strategy"],
            };
        return (sessions ?? Sessions.Plain).Open("a graph made from the model", options =>
        {
            if (folder is not null)
                options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", folder);
            if (!optimised) options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
            if (!folded) options.AddSessionConfigEntry("optimization.disable_specified_optimizers", "ConstantFolding");
            return new(Written(model), options);
        }, lowMemory, sideBySide);
    }

    /// <summary>The graph as ONNX Runtime takes it, which is garbage as soon as the session is open.</summary>
    private static byte[] Written(ModelProto model)
    {
        var bytes = model.ToByteArray();
        LargeGarbage.Made(bytes.Length);
        return bytes;
    }
}
