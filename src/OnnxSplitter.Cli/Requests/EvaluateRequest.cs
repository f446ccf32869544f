using OnnxSplitter.Data;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Cli.Requests;

/// <summary>What to measure, on what.</summary>
internal sealed record EvaluateRequest
{
    public string Model { get; init; } = string.Empty;

    /// <summary>The examples.</summary>
    public string Examples { get; init; } = string.Empty;

    public string? Original { get; init; }

    /// <summary>How the examples are read and the model is measured.</summary>
    public DataSettings Data { get; init; } = new();

    /// <summary>Knows the libraries of custom ops.</summary>
    public Sessions Sessions { get; init; } = Sessions.Plain;

    public bool Json { get; init; }
}
