using Google.Protobuf.Collections;
using Onnx;
using OnnxSplitter.Secrets.Keyed;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Secrets.Payload;

/// <summary>Keyed secrets as ONNX initializers.</summary>
/// <remarks>
/// Tensors of bytes: the key; the rules, one byte; the tensors that change, as varints that say how many of the model's
/// constants stay, change, stay and so on, ending with some that change; and, where not all of their weights do, a
/// threshold for each of them, as varints.
/// </remarks>
internal static class KeyedPayload
{
    private const string KeyName = "onnxsplitter.key";
    private const string RulesName = "onnxsplitter.rules";
    private const string TensorsName = "onnxsplitter.tensors";
    private const string ThresholdsName = "onnxsplitter.thresholds";
    private const int FewestInitializers = 3;

    /// <summary>Adds them to a graph that is being written.</summary>
    public static void Write(KeyedSecrets keyed, WireMessage graph)
    {
        Add(KeyName, keyed.Key.ToArray());
        Add(RulesName, [(byte)keyed.Rules]);
        Add(TensorsName, Pack(Runs(keyed.Tensors)));
        if (keyed.Thresholds is { } thresholds) Add(ThresholdsName, Pack(thresholds));

        void Add(string name, byte[] bytes) => graph.Message(
            GraphProto.InitializerFieldNumber, TensorMessage.Of(name, DataType.Uint8, [bytes.Length], bytes));
    }

    /// <summary>Reads what <see cref="Write"/> wrote. What else there may be is left to the check of the whole form.
    /// </summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    /// <exception cref="FormatException">Something is missing or cut.</exception>
    public static KeyedSecrets Read(RepeatedField<TensorProto> initializers)
    {
        if (initializers.Count is < FewestInitializers or > FewestInitializers + 1
            || initializers[1].RawData.Length != 1)
            throw new FormatException("Initializers are missing.");
        return new KeyedSecrets(
            initializers[0].RawData.Span,
            (KeyedRules)initializers[1].RawData[0],
            Places(initializers[2].RawData.Span),
            initializers.Count > FewestInitializers ? Unpack(initializers[^1].RawData.Span) : null);
    }

    private static IEnumerable<int> Runs(IReadOnlyList<int> places)
    {
        var (start, end) = (0, 0);
        foreach (var place in places)
        {
            if (place > end || end == 0)
            {
                if (end > 0) yield return end - start;
                yield return place - end;
                start = place;
            }

            end = place + 1;
        }

        yield return end - start;
    }

    private static int[] Places(ReadOnlySpan<byte> bytes)
    {
        var places = new List<int>();
        var (next, changes) = (0, false);
        foreach (var run in Unpack(bytes))
        {
            // Before anything is made of them.
            if (run > KeyedSecrets.MaxTensors - next) throw new FormatException("There are too many tensors.");
            if (changes) places.AddRange(Enumerable.Range(next, run));
            (next, changes) = (next + run, !changes);
        }

        return [.. places];
    }

    private static byte[] Pack(IEnumerable<int> numbers)
    {
        using var stream = new MemoryStream();
        foreach (var number in numbers) Varint.Write(stream, number);
        return stream.ToArray();
    }

    private static int[] Unpack(ReadOnlySpan<byte> bytes)
    {
        // Every run but the first is at least 1, and thresholds are as many as tensors.
        if (Varint.Count(bytes) is var count && count > KeyedSecrets.MaxTensors + 1)
            throw new FormatException("There are too many numbers.");
        var numbers = new int[count];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = checked((int)Varint.Read(ref bytes));
        if (!bytes.IsEmpty) throw new FormatException("A number is cut.");
        return numbers;
    }
}
