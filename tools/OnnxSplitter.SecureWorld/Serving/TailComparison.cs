using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using OnnxSplitter.Hosting;

namespace OnnxSplitter.SecureWorld.Serving;

/// <summary>
/// Whether a tail gives, behind what hosts run, the whole model's outputs bit for bit: of some models (float16,
/// quantised ones) ONNX Runtime computes in another way where they are cut.
/// </summary>
internal static class TailComparison
{
    private const int Dynamic = 2;

    /// <summary>Compares on inputs of noise, the same each time.</summary>
    /// <param name="whole">The restored model.</param>
    /// <param name="prefix">What hosts run; gives what the tail takes but for the model's own inputs.</param>
    /// <param name="tail">What runs here.</param>
    /// <exception cref="UsageException">The outputs differ, or the model can't be run on noise.</exception>
    public static void Run(InferenceSession whole, InferenceSession prefix, InferenceSession tail)
    {
        using var options = new RunOptions();
        var inputs = new Dictionary<string, OrtValue>(StringComparer.Ordinal);
        try
        {
            var random = new Random(1);
            foreach (var (name, metadata) in whole.InputMetadata) inputs[name] = Noise(metadata, random);
            using var expected = whole.Run(options, inputs, tail.OutputNames);
            using var crossing = prefix.Run(options, inputs, prefix.OutputNames);
            var given = tail.InputNames.ToDictionary(name => name, name =>
            {
                var place = prefix.OutputNames.ToList().IndexOf(ModelTail.Crossing(name));
                return place >= 0 ? crossing[place] : inputs[ModelTail.Crossing(name)];
            }, StringComparer.Ordinal);
            using var actual = tail.Run(options, given, tail.OutputNames);
            if (expected.Zip(actual).All(pair => pair.First.GetTensorMutableRawData()
                .SequenceEqual(pair.Second.GetTensorMutableRawData()))) return;
        }
        catch (OnnxRuntimeException e)
        {
            throw new UsageException(
                $"Whether the model's tail gives its outputs can't be told: it does not run on noise ({e.Message}).",
                ModelTail.Remedy);
        }
        finally
        {
            foreach (var input in inputs.Values) input.Dispose();
        }

        throw new UsageException(
            "The model's tail gives other outputs than the whole, in their last bits or more: ONNX Runtime computes "
            + "this model in another way where it is cut.", ModelTail.Remedy);
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
