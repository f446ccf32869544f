using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace OnnxSplitter.Runtime.Secured;

/// <summary>
/// A protected model that runs in a trusted process (<c>onnxsplit-secure</c>), which alone has secrets and restored
/// weights: the whole model; or what comes from its first changed layer on, where this process runs what comes before;
/// or what changed weights add to each changed layer, where this process runs the obfuscated model.
/// </summary>
/// <remarks>
/// It is used by several threads at a time, each over a connection of its own, up to
/// <see cref="SecuredEndpoint.MostConnections"/>. A connection that broke is replaced; a run that found it broken
/// before it got an answer is tried once more, since a run changes nothing. Linux alone.
/// </remarks>
public sealed class SecuredModel : IDisposable
{
    private readonly HostConnections _connections;
    private readonly IHostShare _share;

    private SecuredModel(HostConnections connections, IHostShare share) =>
        (_connections, _share) = (connections, share);

    /// <summary>The model's inputs.</summary>
    public IReadOnlyList<SecuredTensor> Inputs => _share.Inputs;

    /// <summary>The model's outputs.</summary>
    public IReadOnlyList<SecuredTensor> Outputs => _share.Outputs;

    /// <summary>
    /// Whether outputs are the original's bit for bit. Where the process gives corrections alone, they differ by a
    /// ten-thousandth of an output's largest value at most.
    /// </summary>
    public bool IsExact => _connections.Model.Mode != SecuredMode.Corrections;

    /// <summary>Connects to a trusted process.</summary>
    /// <param name="obfuscated">
    /// The obfuscated model, which the process has to serve. Data files of one that is given as bytes can't be found,
    /// so one that has any is given by its path where this process runs a part of it.
    /// </param>
    /// <param name="endpoint">Where.</param>
    /// <param name="session">
    /// Options of the session over what this process runs itself; null for the usual ones. Still the caller's.
    /// </param>
    /// <returns>The caller disposes it.</returns>
    /// <exception cref="SecuredException">It is not there, or not the one.</exception>
    /// <exception cref="Onnx.ModelFormatException">The model can't be read.</exception>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime can't load what this process runs.</exception>
    public static SecuredModel Open(FileSource obfuscated, SecuredEndpoint endpoint, SessionOptions? session = null)
    {
        ArgumentNullException.ThrowIfNull(obfuscated);
        ArgumentNullException.ThrowIfNull(endpoint);
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException("Trusted processes are for Linux.");
        var shipped = obfuscated.ReadShipped();
        var connections = new HostConnections(endpoint, shipped.Sha256);
        try
        {
            return new SecuredModel(connections, connections.Model.Mode switch
            {
                SecuredMode.Tail =>
                    new PrefixShare(new HostPrefix(shipped, connections.Model, session), connections.Model),
                SecuredMode.Corrections => CorrectionsShare.Of(shipped, connections.Model, session),
                _ => new WholeShare(connections.Model),
            });
        }
        catch
        {
            connections.Dispose();
            throw;
        }
    }

    /// <summary>Runs the model.</summary>
    /// <param name="inputs">
    /// A tensor in this process's memory for each of its inputs, by name. Still the caller's.
    /// </param>
    /// <param name="outputNames">The outputs that are wanted, in this order.</param>
    /// <param name="cancellation">Stops waiting. The trusted process ends the run, and nobody gets its result.</param>
    /// <returns>The outputs, in memory of their own. The caller disposes them.</returns>
    /// <exception cref="SecuredException">There is no answer, within the time that the endpoint gives.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IDisposableReadOnlyCollection<OrtValue> Run(
        IReadOnlyDictionary<string, OrtValue> inputs, IReadOnlyCollection<string> outputNames,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputNames);
        _connections.RefuseDisposed();
        if (outputNames.Count == 0) throw SecuredException.Refused("No output is wanted.");
        if (Inputs.FirstOrDefault(input => !inputs.ContainsKey(input.Name)) is { } missing)
            throw SecuredException.Refused($"Input '{missing.Name}' is missing.");
        if (outputNames.FirstOrDefault(name => Outputs.All(output => output.Name != name)) is { } unknown)
            throw SecuredException.Refused($"The model has no output '{unknown}'; it has "
                + $"{string.Join(", ", Outputs.Select(output => output.Name))}.");
        return _share.Run(_connections, inputs, outputNames, cancellation);
    }

    /// <summary>Whether an output is the original's, as far as <see cref="IsExact"/> says.</summary>
    /// <param name="actual">Its numbers.</param>
    /// <param name="expected">The original's.</param>
    public bool IsOriginal(ReadOnlySpan<float> actual, ReadOnlySpan<float> expected) => IsExact
        ? MemoryMarshal.AsBytes(actual).SequenceEqual(MemoryMarshal.AsBytes(expected))
        : CloseOutputs.Are(actual, expected);

    /// <summary>Closes the connections: not before the last run has returned.</summary>
    public void Dispose()
    {
        _connections.Dispose();
        _share.Dispose();
    }
}
