using Microsoft.ML.OnnxRuntime;

namespace OnnxSplitter.Runtime.Secured;

/// <summary>A host that runs what comes before the model's tail.</summary>
internal sealed class PrefixShare : IHostShare
{
    private readonly HostPrefix _prefix;
    private readonly ModelDescription _tail;

    /// <summary>Puts it together.</summary>
    /// <param name="prefix">Owned from here on.</param>
    /// <param name="tail">What the trusted process runs.</param>
    public PrefixShare(HostPrefix prefix, ModelDescription tail)
    {
        (_prefix, _tail, Inputs) = (prefix, tail, prefix.Inputs);
        var all = tail.Outputs.Concat(prefix.Outputs).ToArray();
        Outputs = [.. prefix.OutputNames.Select(name => all.First(output => output.Name == name))];
    }

    /// <inheritdoc/>
    public IReadOnlyList<SecuredTensor> Inputs { get; }

    /// <inheritdoc/>
    public IReadOnlyList<SecuredTensor> Outputs { get; }

    /// <inheritdoc/>
    public SecuredOutputs Run(HostConnections connections, IReadOnlyDictionary<string, OrtValue> inputs,
        IReadOnlyCollection<string> outputNames, CancellationToken cancellation)
    {
        string[] inside =
            [.. outputNames.Where(name => _tail.Outputs.Any(output => output.Name == name))];
        var crossing = inside.Length == 0 ? [] : _tail.Inputs.Select(input => input.Name).Where(name =>
            Inputs.All(input => input.Name != name));
        var made = _prefix.Run(inputs, [.. crossing, .. outputNames.Except(inside, StringComparer.Ordinal)]);
        var results = new Dictionary<string, OrtValue>(StringComparer.Ordinal);
        try
        {
            if (inside.Length > 0)
            {
                var values = _tail.Inputs.ToDictionary(input => input.Name,
                    input => made.GetValueOrDefault(input.Name) ?? inputs[input.Name], StringComparer.Ordinal);
                var outputs = connections.Run(
                    new HostRun(_tail.Inputs, _tail.Outputs, values, inside), cancellation);
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

    /// <inheritdoc/>
    public void Dispose() => _prefix.Dispose();
}
