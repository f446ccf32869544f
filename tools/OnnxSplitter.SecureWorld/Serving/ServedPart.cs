using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using OnnxSplitter.Hosting;
using OnnxSplitter.Runtime.Secured;
using OnnxSplitter.Runtime.Secured.Transport;

namespace OnnxSplitter.SecureWorld.Serving;

/// <summary>A session, and what hosts may do with it. Several threads may use it at a time.</summary>
internal sealed class ServedPart : IDisposable
{
    // What ONNX Runtime's arena says when it is at its limit.
    private const string NoMemory = "Available memory of";

    private readonly InferenceSession _session;

    // Numbers of its first input, and of its first output, among those of all parts.
    private readonly int _first;

    /// <summary>Takes a session.</summary>
    /// <param name="session">Owned from here on.</param>
    /// <exception cref="UsageException">Its inputs or outputs can't be shared.</exception>
    public ServedPart(InferenceSession session)
    {
        _session = session;
        Inputs =
        [
            .. Tensors(session.InputNames, session.InputMetadata)
                .Select(input => input with { Name = ModelTail.Crossing(input.Name) }),
        ];
        Outputs = Tensors(session.OutputNames, session.OutputMetadata);
    }

    /// <summary>Takes a session of one input and one output.</summary>
    /// <param name="session">Owned from here on.</param>
    /// <param name="name">What hosts know both by.</param>
    /// <param name="number">Of the part, among those like it.</param>
    public ServedPart(InferenceSession session, string name, int number)
    {
        (_session, _first) = (session, number);
        Inputs = [Tensors(session.InputNames, session.InputMetadata)[0] with { Name = name }];
        Outputs = [Tensors(session.OutputNames, session.OutputMetadata)[0] with { Name = name }];
    }

    /// <summary>What a run takes, all of it.</summary>
    public IReadOnlyList<SecuredTensor> Inputs { get; }

    /// <summary>What a run may give.</summary>
    public IReadOnlyList<SecuredTensor> Outputs { get; }

    /// <summary>Whether an input's number is one of its own.</summary>
    public bool Takes(int input) => input >= _first && input - _first < Inputs.Count;

    /// <summary>Copies inputs out of shared memory, where the host could change them meanwhile.</summary>
    /// <param name="arena">The memory.</param>
    /// <param name="places">Where they lie.</param>
    /// <returns>Inputs by the session's names, the caller's to dispose.</returns>
    /// <exception cref="RequestException">They do not fit the model, or lie elsewhere.</exception>
    public IReadOnlyDictionary<string, OrtValue> Take(SharedArena arena, IReadOnlyList<TensorPlace> places)
    {
        var values = new Dictionary<string, OrtValue>(StringComparer.Ordinal);
        try
        {
            foreach (var place in places)
            {
                if (!Takes(place.Index)) throw Refused($"there is no input {place.Index}");
                var (input, name) = (Inputs[place.Index - _first], _session.InputNames[place.Index - _first]);
                if (values.ContainsKey(name)) throw Refused($"input '{input.Name}' comes twice");
                values.Add(name, Input(arena, input, place));
            }

            return Inputs.Where((_, i) => !values.ContainsKey(_session.InputNames[i])).FirstOrDefault() is { } missing
                ? throw Refused($"input '{missing.Name}' is missing")
                : values;
        }
        catch
        {
            foreach (var value in values.Values) value.Dispose();
            throw;
        }
    }

    /// <summary>Runs the model.</summary>
    /// <param name="inputs">Still the caller's.</param>
    /// <param name="outputs">Numbers of those that are wanted.</param>
    /// <param name="options">Ends the run from another thread.</param>
    /// <returns>The outputs, the caller's to dispose.</returns>
    /// <exception cref="RequestException">The model fails on these inputs, or has no such output.</exception>
    public IDisposableReadOnlyCollection<OrtValue> Run(
        IReadOnlyDictionary<string, OrtValue> inputs, IReadOnlyList<int> outputs, RunOptions options)
    {
        if (outputs.Count == 0) throw Refused("no output is wanted");
        foreach (var index in outputs)
            if (index < _first || index - _first >= Outputs.Count)
                throw Refused($"there is no output {index}");
        try
        {
            return _session.Run(
                options, inputs, [.. outputs.Select(index => _session.OutputNames[index - _first])]);
        }
        catch (OnnxRuntimeException e)
        {
            throw options.Terminate ? new RequestException(FailureCode.TooLarge, "the run took longer than it may")
                : e.Message.Contains(NoMemory, StringComparison.Ordinal)
                    ? new RequestException(FailureCode.TooLarge, "the run would take more memory than runs may")
                    : new RequestException(FailureCode.Model, e.Message);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private static OrtValue Input(SharedArena arena, SecuredTensor input, TensorPlace place)
    {
        // Of an input whose rank is not known ONNX Runtime says that it has none, and looks itself.
        if (input.Dims.Count > 0 && place.Dims.Count != input.Dims.Count
            || input.Dims.Zip(place.Dims).Any(pair => pair.First >= 0 && pair.First != pair.Second))
            throw Refused($"input '{input.Name}' has another shape than the model's");
        if (input.LengthOf(place.Dims) != place.Length || place.Offset < 0 || place.Offset > arena.Length
            || place.Length > arena.Length - place.Offset)
            throw Refused($"input '{input.Name}' does not lie in the shared memory");
        var value = OrtValue.CreateAllocatedTensorValue(
            OrtAllocator.DefaultInstance, input.Type, [.. place.Dims]);
        try
        {
            var own = value.GetTensorMutableRawData();
            arena.Bytes(place.Offset, place.Length).CopyTo(own);
            return input.Type != TensorElementType.Bool
                || own.IndexOfAnyExcept((byte)0, (byte)1) < 0
                ? value
                : throw Refused($"input '{input.Name}' holds neither true nor false");
        }
        catch
        {
            value.Dispose();
            throw;
        }
    }

    private static SecuredTensor[] Tensors(
        IReadOnlyList<string> names, IReadOnlyDictionary<string, NodeMetadata> all)
    {
        if (names.Count > Bodies.MostTensors)
            throw new UsageException(
                $"The model has {names.Count} inputs or outputs; {Bodies.MostTensors} can be served.",
                "Name fewer when it is exported.");
        return names.FirstOrDefault(name => all[name].OnnxValueType != OnnxValueType.ONNX_TYPE_TENSOR
            || SecuredTensor.SizeOf(all[name].ElementDataType) == 0) is { } other
            ? throw new UsageException($"'{other}' is no tensor of numbers, which is all that can be shared.",
                "Export the model without it, or restore it in the host.")
            : SecuredTensor.Of(names, all);
    }

    private static RequestException Refused(string what) => new(FailureCode.Request, what);
}
