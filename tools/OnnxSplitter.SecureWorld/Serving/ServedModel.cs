using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using OnnxSplitter.Hosting;
using OnnxSplitter.Runtime.Secured;
using OnnxSplitter.Runtime.Secured.Transport;

namespace OnnxSplitter.SecureWorld.Serving;

/// <summary>The restored model, and what hosts may do with it. Several threads may use it at a time.</summary>
internal sealed class ServedModel : IDisposable
{
    // What ONNX Runtime's arena says when it is at its limit.
    private const string NoMemory = "Available memory of";

    private readonly InferenceSession _session;

    private ServedModel(InferenceSession session, ModelDescription description) =>
        (_session, Description) = (session, description with
        {
            Inputs = [.. description.Inputs.Select(input => input with { Name = ModelTail.Crossing(input.Name) })],
        });

    /// <summary>What hosts are told of it.</summary>
    public ModelDescription Description { get; }

    /// <summary>Takes a session.</summary>
    /// <param name="session">Over the restored model. Owned from here on.</param>
    /// <param name="sha256">Of the obfuscated model.</param>
    /// <param name="isTail">Whether it is what comes from the first changed layer on.</param>
    /// <exception cref="UsageException">Its inputs or outputs can't be shared.</exception>
    public static ServedModel Of(InferenceSession session, byte[] sha256, bool isTail = false)
    {
        try
        {
            var description = new ModelDescription(
                isTail, sha256, Tensors(session.InputNames, session.InputMetadata),
                Tensors(session.OutputNames, session.OutputMetadata));
            if (Bodies.Welcome(description, 0).Length > Bodies.LongestWelcome)
                throw new UsageException("The model's inputs and outputs have too many or too long names.",
                    "Name fewer outputs when it is exported.");
            return new ServedModel(session, description);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Copies inputs out of shared memory, where the host could change them meanwhile.</summary>
    /// <param name="arena">The memory.</param>
    /// <param name="places">Where they lie.</param>
    /// <returns>Inputs by the session's names, the caller's to dispose.</returns>
    /// <exception cref="RequestException">They do not fit the model, or lie elsewhere.</exception>
    public IReadOnlyDictionary<string, OrtValue> Inputs(SharedArena arena, IReadOnlyList<TensorPlace> places)
    {
        var values = new Dictionary<string, OrtValue>(StringComparer.Ordinal);
        try
        {
            foreach (var place in places)
            {
                if (place.Index >= Description.Inputs.Count) throw Refused($"there is no input {place.Index}");
                var input = Description.Inputs[place.Index];
                var name = _session.InputNames[place.Index];
                if (values.ContainsKey(name)) throw Refused($"input '{input.Name}' comes twice");
                values.Add(name, Input(arena, input, place));
            }

            return _session.InputNames.FirstOrDefault(name => !values.ContainsKey(name)) is { } missing
                ? throw Refused($"input '{ModelTail.Crossing(missing)}' is missing")
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
    /// <param name="outputs">Indices of those that are wanted.</param>
    /// <param name="options">Ends the run from another thread.</param>
    /// <returns>The outputs, the caller's to dispose.</returns>
    /// <exception cref="RequestException">The model fails on these inputs, or has no such output.</exception>
    public IDisposableReadOnlyCollection<OrtValue> Run(
        IReadOnlyDictionary<string, OrtValue> inputs, IReadOnlyList<int> outputs, RunOptions options)
    {
        if (outputs.Count == 0) throw Refused("no output is wanted");
        if (outputs.FirstOrDefault(index => index >= Description.Outputs.Count) is > 0 and var bad)
            throw Refused($"there is no output {bad}");
        try
        {
            return _session.Run(options, inputs, [.. outputs.Select(index => Description.Outputs[index].Name)]);
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
