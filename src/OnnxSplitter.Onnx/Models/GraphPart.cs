using System.Buffers;
using System.Text;
using Google.Protobuf;
using Onnx;
using OnnxSplitter.Onnx.Operators;
using OnnxSplitter.Onnx.Wire;

namespace OnnxSplitter.Onnx.Models;

/// <summary>
/// A part of a model's main graph, as a model of its own: the nodes that make some values out of others.
/// </summary>
/// <remarks>
/// Fields are copied as they lie there, byte by byte: what is copied may hold weights, so it goes into an array that
/// the garbage collector never moves. Field numbers are those of <c>onnx.proto</c>.
/// </remarks>
public sealed class GraphPart
{
    private const int GraphField = 7;
    private const int TrainingField = 20;
    private const int NodeField = 1;
    private const int InitializerField = 5;
    private const int InputField = 11;
    private const int OutputField = 12;
    private const int ValueField = 13;

    private readonly HashSet<string> _made = new(StringComparer.Ordinal);
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    /// <summary>Finds the nodes.</summary>
    /// <param name="graph">The main graph.</param>
    /// <param name="given">Values that are there.</param>
    /// <param name="wanted">Values that are to be made.</param>
    public GraphPart(GraphProto graph, IEnumerable<string> given, IEnumerable<string> wanted)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var makers = new Dictionary<string, NodeProto>(StringComparer.Ordinal);
        foreach (var node in graph.Node)
            foreach (var output in node.Output) makers[output] = node;
        var there = given.ToHashSet(StringComparer.Ordinal);
        var open = new Stack<string>(wanted);
        while (open.TryPop(out var name))
        {
            if (there.Contains(name) || !_read.Add(name) || !makers.TryGetValue(name, out var node)) continue;
            _made.UnionWith(node.Output.Where(output => output.Length > 0));
            foreach (var input in NodeInputs.Of(node)) open.Push(input);
        }
    }

    /// <summary>Makes the model.</summary>
    /// <param name="model">The whole model's <c>.onnx</c> file.</param>
    /// <param name="inputs">Its inputs, with types; null for those that the model has.</param>
    /// <param name="outputs">Names of its outputs.</param>
    /// <param name="more">Nodes that it has besides.</param>
    /// <returns>An array that the garbage collector never moves. The caller zeroes it after use.</returns>
    /// <exception cref="ModelFormatException">It is no ONNX model.</exception>
    public byte[] Of(byte[] model, IReadOnlyList<ValueInfoProto>? inputs, IEnumerable<string> outputs,
        params IReadOnlyList<NodeProto> more)
    {
        ArgumentNullException.ThrowIfNull(model);
        var (around, inside) = (new List<(long Start, long End)>(), new List<(long Start, long End)>());
        using var stream = new MemoryStream(model, writable: false);
        var reader = new WireReader(stream);
        Fields(reader, model.Length, (field, start, content, end) =>
        {
            if (field == GraphField && content >= 0) Graph(reader, end, inputs is null, inside);
            else if (field != TrainingField) around.Add((start, end));
        });
        var own = new GraphProto();
        own.Node.AddRange(more);
        own.Input.AddRange(inputs ?? []);
        own.Output.AddRange(outputs.Select(name => new ValueInfoProto { Name = name }));
        var added = own.ToByteArray();
        var length = inside.Sum(range => range.End - range.Start) + added.Length;
        using var header = new MemoryStream();
        using (var writer = new CodedOutputStream(header, leaveOpen: true))
        {
            writer.WriteTag(GraphField, WireFormat.WireType.LengthDelimited);
            writer.WriteUInt64((ulong)length);
        }

        var whole = around.Sum(range => range.End - range.Start) + header.Length + length;
        var part = GC.AllocateUninitializedArray<byte>(checked((int)whole), pinned: true);
        var at = 0;
        foreach (var range in around) Copy(range);
        Put(header.ToArray());
        foreach (var range in inside) Copy(range);
        Put(added);
        return part;

        void Copy((long Start, long End) range) => Put(model.AsSpan((int)range.Start..(int)range.End));

        void Put(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(part.AsSpan(at));
            at += bytes.Length;
        }
    }

    private void Graph(WireReader reader, long end, bool keepInputs, List<(long Start, long End)> kept) =>
        Fields(reader, end, (field, start, content, after) =>
        {
            var keep = field switch
            {
                OutputField => false,
                NodeField => Texts(reader, content, after, 2).Any(_made.Contains),
                InitializerField => Texts(reader, content, after, 8).Any(_read.Contains),

                // Old models list their weights as inputs too.
                InputField => keepInputs || Texts(reader, content, after, 1).Any(_read.Contains),
                ValueField => Texts(reader, content, after, 1).Any(_made.Contains),
                _ => true,
            };
            if (keep) kept.Add((start, after));
        });

    /// <summary>
    /// Hears of each field: its number, where it begins, where its content does (-1 of numbers), its end.
    /// </summary>
    private static void Fields(WireReader reader, long end, Action<int, long, long, long> seen)
    {
        while (reader.Position < end)
        {
            var start = reader.Position;
            var (field, type) = reader.ReadTag(end);
            if (type != WireFormat.WireType.LengthDelimited)
            {
                reader.Skip(type, end);
                seen(field, start, -1, reader.Position);
                continue;
            }

            var after = reader.ReadEnd(end);
            seen(field, start, reader.Position, after);
            reader.Seek(after);
        }
    }

    /// <summary>The texts of one field of a message.</summary>
    private static List<string> Texts(WireReader reader, long content, long end, int wanted)
    {
        var texts = new List<string>();
        reader.Seek(content);
        Fields(reader, end, (field, _, from, after) =>
        {
            if (field != wanted || from < 0) return;
            var text = new ArrayBufferWriter<byte>();
            reader.Seek(from);
            reader.Copy(after, text);
            texts.Add(Encoding.UTF8.GetString(text.WrittenSpan));
        });
        return texts;
    }
}
