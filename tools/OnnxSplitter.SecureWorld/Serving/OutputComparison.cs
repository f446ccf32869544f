using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using OnnxSplitter.Hosting;
using OnnxSplitter.Runtime.Secured;

namespace OnnxSplitter.SecureWorld.Serving;

/// <summary>
/// Whether what runs here gives, with what hosts run, the whole model's outputs. Of some models (float16, quantised
/// ones) ONNX Runtime computes in another way where they are cut.
/// </summary>
internal static class OutputComparison
{
    private const int Dynamic = 2;

    /// <summary>Compares a tail's outputs, bit for bit, on inputs of noise, the same each time.</summary>
    /// <param name="whole">The restored model.</param>
    /// <param name="prefix">What hosts run; gives what the tail takes but for the model's own inputs.</param>
    /// <param name="tail">What runs here.</param>
    /// <exception cref="UsageException">The outputs differ, or the model can't be run on noise.</exception>
    public static void Tail(InferenceSession whole, InferenceSession prefix, InferenceSession tail) =>
        Compare(whole, tail.OutputNames, inputs =>
        {
            using var options = new RunOptions();
            using var crossing = prefix.Run(options, inputs, prefix.OutputNames);
            var given = tail.InputNames.ToDictionary(name => name, name =>
            {
                var place = prefix.OutputNames.ToList().IndexOf(ModelTail.Crossing(name));
                return place >= 0 ? crossing[place] : inputs[ModelTail.Crossing(name)];
            }, StringComparer.Ordinal);
            return tail.Run(options, given, tail.OutputNames);
        }, HasSameBytes, new UsageException(
            "The model's tail gives other outputs than the whole, in their last bits or more: ONNX Runtime computes "
            + "this model in another way where it is cut.", ModelTail.Remedy));

    /// <summary>Compares what corrected layers give, but for rounding.</summary>
    /// <param name="whole">The restored model.</param>
    /// <param name="host">What hosts run.</param>
    /// <param name="corrections">What runs here.</param>
    /// <exception cref="UsageException">As above.</exception>
    public static void Corrections(InferenceSession whole, HostSegments host, ModelCorrections corrections) =>
        Compare(whole, host.OutputNames, inputs => host.Run(inputs, host.OutputNames, corrections.Run), IsClose,
            new UsageException(
                "The model with corrected layers gives other outputs than the whole, by more than a ten-thousandth: "
                + "weights were changed by so much that no sum brings the layer's output back, or ONNX Runtime "
                + "computes this model in another way where it is cut.", ModelCorrections.Remedy));

    private static bool HasSameBytes(OrtValue expected, OrtValue actual) =>
        expected.GetTensorMutableRawData().SequenceEqual(actual.GetTensorMutableRawData());

    private static bool IsClose(OrtValue expected, OrtValue actual)
    {
        if (expected.GetTensorTypeAndShape().ElementDataType != TensorElementType.Float)
            return HasSameBytes(expected, actual);
        return CloseOutputs.Are(actual.GetTensorDataAsSpan<float>(), expected.GetTensorDataAsSpan<float>());
    }

    private static void Compare(InferenceSession whole, IReadOnlyList<string> outputs,
        Func<IReadOnlyDictionary<string, OrtValue>, IDisposableReadOnlyCollection<OrtValue>> run,
        Func<OrtValue, OrtValue, bool> same, UsageException otherwise)
    {
        using var options = new RunOptions();
        var inputs = new Dictionary<string, OrtValue>(StringComparer.Ordinal);
        try
        {
            var random = new Random(1);
            foreach (var (name, metadata) in whole.InputMetadata) inputs[name] = Noise(metadata, random);
            using var expected = whole.Run(options, inputs, outputs);
            using var actual = run(inputs);
            if (expected.Zip(actual).All(pair => same(pair.First, pair.Second))) return;
        }
        catch (Exception e) when (e is OnnxRuntimeException or SecuredException)
        {
            throw new UsageException(
                $"Whether the model's parts give its outputs can't be told: it does not run on noise ({e.Message}).",
                otherwise.Remedy);
        }
        finally
        {
            foreach (var input in inputs.Values) input.Dispose();
        }

        throw otherwise;
    }

    private static OrtValue Noise(NodeMetadata metadata, Random random)
    {
        var dims = metadata.Dimensions.Select((dim, i) => dim >= 0 ? dim : i == 0 ? 1L : Dynamic).ToArray();
        var value = OrtValue.CreateAllocatedTensorValue(
            OrtAllocator.DefaultInstance, metadata.ElementDataType, dims);
        var bytes = value.GetTensorMutableRawData();
        bytes.Clear();

        // Whole numbers may be places in a table, of which there is a first.
        if (metadata.ElementDataType == TensorElementType.Float)
            foreach (ref var number in MemoryMarshal.Cast<byte, float>(bytes)) number = random.NextSingle() - 0.5f;
        else if (metadata.ElementDataType == TensorElementType.Float16)
            foreach (ref var number in MemoryMarshal.Cast<byte, Half>(bytes))
                number = (Half)(random.NextSingle() - 0.5f);
        return value;
    }
}
