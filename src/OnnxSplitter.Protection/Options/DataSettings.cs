using System.Text.Json.Serialization;
using OnnxSplitter.Data;
using OnnxSplitter.Protection.Images;

namespace OnnxSplitter.Protection.Options;

/// <summary>What a model is judged on, and by what.</summary>
/// <remarks>
/// Where the data lies is ignored by JSON: whatever names a job by its settings adds what the data is.
/// </remarks>
public sealed record DataSettings
{
    /// <summary>
    /// Calibration data: a <c>.npz</c> file, or a folder of <c>test_data_set_N</c> or of images; null draws random
    /// inputs.
    /// </summary>
    [JsonIgnore]
    public string? Calibration { get; init; }

    /// <summary>Evaluation data, of the same kinds; null sets a third of the calibration data aside.</summary>
    [JsonIgnore]
    public string? Evaluation { get; init; }

    /// <summary>How images become the model's input.</summary>
    public ImageOptions Images { get; init; } = new();

    /// <summary>Shapes of inputs that are drawn, by name; where none is given, it is found by trying.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<long>> InputShapes { get; init; } = Data.InputShapes.None;

    /// <summary>Name of the model's output that is judged; null for its first of floats.</summary>
    public string? ModelOutput { get; init; }

    /// <summary>
    /// Whether that output is an embedding, compared by angle with those of other examples; one without labels whose
    /// rows have length 1, or whose name says so, is taken for one anyway.
    /// </summary>
    public bool Embedding { get; init; }

    /// <summary>
    /// What it is judged by; null for accuracy where the output is [batch, 2 or more], else the normalised error.
    /// </summary>
    public Metric? Metric { get; init; }
}
