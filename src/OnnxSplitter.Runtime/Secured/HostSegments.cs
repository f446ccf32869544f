using Microsoft.ML.OnnxRuntime;
using Onnx;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Runtime.Ort;

namespace OnnxSplitter.Runtime.Secured;

/// <summary>An obfuscated model, cut behind each layer whose output is corrected before the rest goes on.</summary>
internal sealed class HostSegments : IDisposable
{
    private readonly GraphSegments _cut;
    private readonly IReadOnlyList<CorrectedLayer> _layers;
    private readonly List<InferenceSession?> _sessions = [];
    private readonly Dictionary<string, SecuredTensor> _tensors = new(StringComparer.Ordinal);

    // The last segment, or layer, that takes a value.
    private readonly Dictionary<string, int> _last = new(StringComparer.Ordinal);

    /// <summary>Opens it.</summary>
    /// <param name="file">The obfuscated model.</param>
    /// <param name="bytes">Its <c>.onnx</c> file.</param>
    /// <param name="layers">The layers, in the order in which they run.</param>
    /// <param name="options">For sessions; null for the usual ones. Still the caller's.</param>
    /// <exception cref="ModelFormatException">The model can't be cut there.</exception>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime can't load a segment.</exception>
    public HostSegments(
        ModelFile file, byte[] bytes, IReadOnlyList<CorrectedLayer> layers, SessionOptions? options)
    {
        _layers = layers;
        var graph = file.Structure.Graph;
        try
        {
            _cut = new GraphSegments(
                graph, [.. layers.Select(layer => layer.Output)], layers.Select(layer => layer.Data));
            var known = graph.Input.ToDictionary(input => input.Name, StringComparer.Ordinal);
            foreach (var (takes, gives) in _cut.All)
                _sessions.Add(gives.Count == 0 ? null : Open(file, bytes, takes, gives, known, options));
            for (var i = 0; i < _cut.All.Count; i++)
                foreach (var name in _cut.All[i].Takes) _last[name] = i;
            for (var i = 0; i < layers.Count; i++)
                _last[layers[i].Data] = Math.Max(i, _last.GetValueOrDefault(layers[i].Data));
            OutputNames = [.. graph.Output.Select(output => output.Name)];
            InputNames = [.. HostPrefix.Given(graph).Where(_tensors.ContainsKey)];
            if (OutputNames.FirstOrDefault(name =>
                !_tensors.ContainsKey(name) || InputNames.Contains(name)) is { } other)
                throw Uncut($"output '{other}' is none that a node makes");
            for (var i = 0; i < layers.Count; i++)
                if (!InputNames.Concat(_cut.All.Take(i + 1).SelectMany(part => part.Gives)).Contains(layers[i].Data))
                    throw Uncut($"'{layers[i].Data}' is not there before '{layers[i].Output}'");
        }
        catch (ArgumentException e)
        {
            Dispose();
            throw Uncut(e.Message);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Names of the model's inputs that a run needs.</summary>
    public IReadOnlyList<string> InputNames { get; }

    /// <summary>Names of its outputs.</summary>
    public IReadOnlyList<string> OutputNames { get; }

    /// <summary>Type and shape of an input or output.</summary>
    public SecuredTensor Tensor(string name) => _tensors[name];

    /// <summary>Runs it.</summary>
    /// <param name="inputs">The model's. Still the caller's.</param>
    /// <param name="wanted">Some of its outputs.</param>
    /// <param name="correct">
    /// Gives what is added to a layer, whose number it gets, on the channels that change, out of what goes in on those
    /// that matter, which is still its caller's.
    /// </param>
    /// <returns>The outputs, in this order. The caller disposes them.</returns>
    /// <exception cref="SecuredException">It does not run on these inputs.</exception>
    public SecuredOutputs Run(IReadOnlyDictionary<string, OrtValue> inputs, IReadOnlyCollection<string> wanted,
        Func<int, OrtValue, OrtValue> correct)
    {
        var made = new Dictionary<string, OrtValue>(StringComparer.Ordinal);
        try
        {
            using var options = new RunOptions();
            for (var i = 0; i < _sessions.Count; i++)
            {
                if (_sessions[i] is not { } session) continue;
                RunSegment(session, _cut.All[i], options);
                if (i < _layers.Count) Correct(i);
                foreach (var name in made.Keys.Where(name => _last.GetValueOrDefault(name) <= i
                    && !wanted.Contains(name)).ToArray())
                {
                    made[name].Dispose();
                    made.Remove(name);
                }
            }

            var outputs = new SecuredOutputs([.. wanted.Select(name => made[name])]);
            foreach (var name in wanted) made.Remove(name);
            return outputs;
        }
        finally
        {
            foreach (var value in made.Values) value.Dispose();
        }

        OrtValue Value(string name) => made.GetValueOrDefault(name) ?? inputs[name];

        void RunSegment(InferenceSession session, (IReadOnlyList<string> Takes, IReadOnlyList<string> Gives) part,
            RunOptions options)
        {
            try
            {
                var values = session.Run(options, part.Takes.ToDictionary(name => name, Value), part.Gives);
                foreach (var (name, value) in part.Gives.Zip(values)) made[name] = value;
            }
            catch (OnnxRuntimeException e)
            {
                throw SecuredException.Refused($"The model does not run on these inputs: {e.Message}");
            }
        }

        void Correct(int layer)
        {
            var data = Value(_layers[layer].Data);
            using var some = _layers[layer].From.Of(data);
            using var more = correct(layer, some ?? data);
            _layers[layer].To.Add(made[_layers[layer].Output], more);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var session in _sessions) session?.Dispose();
    }

    private InferenceSession Open(ModelFile file, byte[] bytes, IReadOnlyList<string> takes,
        IReadOnlyList<string> gives, Dictionary<string, ValueInfoProto> known, SessionOptions? options)
    {
        var session = HostPrefix.Open(file, bytes, gives, options, [.. takes.Select(name => known[name])]);
        foreach (var (name, metadata) in session.OutputMetadata)
        {
            if (!metadata.IsTensor) throw Uncut($"'{name}', which is needed behind a changed layer, is no tensor");
            known[name] = ValueDescription.Of(name, metadata);
        }

        foreach (var tensor in SecuredTensor.Of(session.InputNames, session.InputMetadata))
            _tensors.TryAdd(tensor.Name, tensor);
        foreach (var tensor in SecuredTensor.Of(session.OutputNames, session.OutputMetadata))
            _tensors.TryAdd(tensor.Name, tensor);
        return session;
    }

    private static ModelFormatException Uncut(string why) =>
        new($"The model can't be cut behind its changed layers: {why}.", "Serve the whole model.");
}
