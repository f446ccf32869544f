using Microsoft.ML.OnnxRuntime;

namespace OnnxSplitter.Runtime.Secured;

/// <summary>
/// A protected model that runs in a trusted process (<c>onnxsplit-secure</c>), which alone has secrets and restored
/// weights: the whole model, or what comes from its first changed layer on, where this process runs what comes before.
/// </summary>
/// <remarks>
/// It is used by several threads at a time, each over a connection of its own, up to
/// <see cref="SecuredEndpoint.MostConnections"/>. A connection that broke is replaced; a run that found it broken
/// before it got an answer is tried once more, since a run changes nothing. Linux alone.
/// </remarks>
public sealed class SecuredModel : IDisposable
{
    private readonly HostConnections _connections;
    private readonly HostPrefix? _prefix;
    private SecuredModel(HostConnections connections, HostPrefix? prefix)
    {
        (_connections, _prefix) = (connections, prefix);
        var (inputs, outputs) = (connections.Model.Inputs, connections.Model.Outputs);
        if (prefix is not null)
        {
            (inputs, var all) = (prefix.Inputs, outputs.Concat(prefix.Outputs).ToArray());
            outputs = [.. prefix.OutputNames.Select(name => all.First(output => output.Name == name))];
        }

        (Inputs, Outputs) = (inputs, outputs);
    }

    /// <summary>The model's inputs.</summary>
    public IReadOnlyList<SecuredTensor> Inputs { get; }

    /// <summary>The model's outputs.</summary>
    public IReadOnlyList<SecuredTensor> Outputs { get; }

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
            return new SecuredModel(connections,
                connections.Model.IsTail ? new HostPrefix(shipped, connections.Model, session) : null);
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
        var model = _connections.Model;
        return _prefix is null
            ? _connections.Run(new HostRun(model.Inputs, model.Outputs, inputs, outputNames), cancellation)
            : RunBoth(_prefix, inputs, outputNames, cancellation);
    }

    /// <summary>Closes the connections: not before the last run has returned.</summary>
    public void Dispose()
    {
        _connections.Dispose();
        _prefix?.Dispose();
    }

    private SecuredOutputs RunBoth(
        HostPrefix prefix, IReadOnlyDictionary<string, OrtValue> inputs, IReadOnlyCollection<string> outputNames,
        CancellationToken cancellation)
    {
        var model = _connections.Model;
        string[] inside =
            [.. outputNames.Where(name => model.Outputs.Any(output => output.Name == name))];
        var crossing = inside.Length == 0 ? [] : model.Inputs.Select(input => input.Name).Where(name =>
            Inputs.All(input => input.Name != name));
        var made = prefix.Run(inputs, [.. crossing, .. outputNames.Except(inside, StringComparer.Ordinal)]);
        var results = new Dictionary<string, OrtValue>(StringComparer.Ordinal);
        try
        {
            if (inside.Length > 0)
            {
                var values = model.Inputs.ToDictionary(input => input.Name,
                    input => made.GetValueOrDefault(input.Name) ?? inputs[input.Name], StringComparer.Ordinal);
                var outputs = _connections.Run(
                    new HostRun(model.Inputs, model.Outputs, values, inside), cancellation);
                foreach (var (name, value) in inside.Zip(outputs)) results[name] = value;
            }

            foreach (var (name, value) in made)
                if (outputNames.Contains(name)) results[name] = value;
            return new SecuredOutputs([.. outputNames.Select(name => results[name])]);
        }
        finally
        {
            foreach (var (name, value) in made)
                if (!results.ContainsKey(name)) value.Dispose();
        }
    }
}
