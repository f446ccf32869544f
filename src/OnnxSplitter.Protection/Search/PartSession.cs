using Microsoft.ML.OnnxRuntime;
using Onnx;

namespace OnnxSplitter.Protection.Search;

/// <summary>A session of a part of the model.</summary>
/// <param name="session">Disposed of with this.</param>
/// <param name="part">
/// Its graph, whose inputs are values on data, and constants that are given anew in each run.
/// </param>
internal sealed class PartSession(InferenceSession session, GraphProto part) : IDisposable
{
    /// <summary>What it takes.</summary>
    public IReadOnlyList<string> Takes { get; } = [.. part.Input.Select(input => input.Name)];

    /// <summary>What it gives, if asked.</summary>
    public IReadOnlyList<string> Outputs { get; } = [.. part.Output.Select(output => output.Name)];

    private readonly HashSet<string> _constants =
        part.Initializer.Select(constant => constant.Name).ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether it holds one of these constants.</summary>
    public bool Holds(IEnumerable<string> paths) => _constants.Overlaps(paths);

    /// <summary>Runs it.</summary>
    /// <param name="values">What it takes, by name. Still the caller's.</param>
    /// <param name="outputs">Some of what it gives.</param>
    /// <returns>The outputs, in that order. The caller disposes them.</returns>
    public IDisposableReadOnlyCollection<OrtValue> Run(
        Func<string, OrtValue> values, IReadOnlyCollection<string> outputs)
    {
        using var run = new RunOptions();
        return session.Run(run, Takes, [.. Takes.Select(values)], outputs);
    }

    /// <summary>Closes the session.</summary>
    public void Dispose() => session.Dispose();
}
