using CsCheck;
using Google.Protobuf;
using Onnx;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Vectors.Models;
using Kind = Onnx.AttributeProto.Types.AttributeType;

namespace OnnxSplitter.Tests.Onnx;

/// <summary>
/// Models of every type, encoding and home of a tensor, with fields that no schema knows. They can't run; their files
/// can be obfuscated and restored.
/// </summary>
internal static class GeneratedModel
{
    private static readonly Gen<GeneratedTensor> Tensor =
        from type in Gen.Int[0, EncodedTensor.Types.Count - 1].Select(i => EncodedTensor.Types[i].ToString())
        from encoding in Gen.Int[0, 3].Select(i => (Encoding)i)
        from home in Gen.Int[0, 6].Select(i => (Home)i)
        from values in Gen.Frequency((4, Gen.Byte.Array[16, 64]), (1, Gen.Byte.Array[3000, 5000]))
        from gap in Gen.Int[0, 9]
        select new GeneratedTensor(
            type, type.EndsWith("int4", StringComparison.Ordinal) ? Encoding.Raw : encoding, home, values, gap);

    public static Gen<GeneratedTensor[]> Any { get; } = Tensor.Array[1, 6];

    /// <summary>Writes a model and its data files.</summary>
    /// <returns>Path of the model.</returns>
    public static string Write(string folder, GeneratedTensor[] tensors)
    {
        Directory.CreateDirectory(Path.Combine(folder, "more"));
        var data = new Dictionary<string, MemoryStream>(StringComparer.Ordinal)
        {
            ["weights.bin"] = new(),
            ["more/weights.bin"] = new(),
        };
        using var main = new MemoryStream();
        using var branch = new MemoryStream();
        using var nested = new MemoryStream();
        using var function = new MemoryStream();
        for (var i = 0; i < tensors.Length; i++)
        {
            var (tensor, name) = (tensors[i], $"w{i}");
            var type = EncodedTensor.Named(tensor.Type);
            var elements = Elements(type, tensor.Values);
            var bytes = tensor.Home is Home.DataFile or Home.OtherDataFile
                ? External(name, type, elements, tensor, data)
                : EncodedTensor.Bytes(name, type, [elements.Length], elements, tensor.Encoding);
            var target = tensor.Home switch
            {
                Home.Branch => branch,
                Home.NestedBranch => nested,
                Home.Function => function,
                _ => main,
            };
            if (tensor.Home is Home.Constant or Home.Function)
            {
                var attribute =
                    Concat(new AttributeProto { Name = "value", Type = Kind.Tensor }, WireField.Of(5, bytes));
                var node = Concat(new NodeProto { OpType = "Constant", Output = { name } }, WireField.Of(5, attribute));
                target.Write(WireField.Of(tensor.Home == Home.Function ? 7 : 1, node));
            }
            else
            {
                target.Write(WireField.Of(5, bytes));
            }

            WriteUse(target, tensor.Home == Home.Function ? 7 : 1, name, type);
        }

        branch.Write(WireField.Of(1, If("inner", nested.ToArray())));
        main.Write(WireField.Of(1, If("outer", branch.ToArray())));
        main.Write(WireField.Of(777, [1, 2, 3]));
        var model = Concat(new ModelProto { IrVersion = 10 }, WireField.Of(7, main.ToArray()));
        if (function.Length > 0)
        {
            var block = Concat(new FunctionProto { Name = "block", Domain = "local" }, function.ToArray());
            model = [.. model, .. WireField.Of(25, block)];
        }

        var path = Path.Combine(folder, "model.onnx");
        File.WriteAllBytes(path, [.. model, .. WireField.Of(999, [9])]);
        foreach (var (name, stream) in data)
            if (stream.Length > 0) File.WriteAllBytes(Path.Combine(folder, name), stream.ToArray());
        return path;
    }

    private static ulong[] Elements(ElementType type, byte[] values)
    {
        var count = values.Length * 8 / type.BitWidth;
        return [.. Enumerable.Range(0, count).Select(i => type.Read(values, i))];
    }

    private static byte[] External(
        string name, ElementType type, ulong[] elements, GeneratedTensor tensor, Dictionary<string, MemoryStream> data)
    {
        var file = tensor.Home == Home.DataFile ? "weights.bin" : "more/weights.bin";
        var stream = data[file];
        stream.Write(new byte[tensor.Gap]);
        var packed = new byte[type.PackedLength(elements.Length)];
        for (var i = 0; i < elements.Length; i++) type.Write(packed, i, elements[i]);
        var proto = new TensorProto
        {
            Name = name,
            DataType = (int)type.DataType,
            Dims = { elements.Length },
            DataLocation = TensorProto.Types.DataLocation.External,
            ExternalData = { Entry("location", file), Entry("offset", $"{stream.Position}") },
        };
        if (tensor.Gap % 2 == 0) proto.ExternalData.Add(Entry("length", $"{packed.Length}"));
        stream.Write(packed);
        return proto.ToByteArray();

        static StringStringEntryProto Entry(string key, string value) => new() { Key = key, Value = value };
    }

    /// <summary>A MatMul of the tensor; integers go through a DequantizeLinear.</summary>
    private static void WriteUse(MemoryStream target, int field, string name, ElementType type)
    {
        var used = name;
        if (type.IsInteger)
        {
            used = $"{name} real";
            target.Write(WireField.Of(field, new NodeProto
            {
                OpType = "DequantizeLinear",
                Input = { name, "scale" },
                Output = { used },
            }.ToByteArray()));
        }

        target.Write(WireField.Of(field,
            new NodeProto { OpType = "MatMul", Input = { "x", used }, Output = { $"{name} product" } }.ToByteArray()));
    }

    private static byte[] If(string name, byte[] graph) => Concat(
        new NodeProto { OpType = "If", Name = name, Input = { "c" }, Output = { $"{name} result" } },
        WireField.Of(5,
            Concat(new AttributeProto { Name = "then_branch", Type = Kind.Graph }, WireField.Of(6, graph))));

    private static byte[] Concat(IMessage message, byte[] more) => [.. message.ToByteArray(), .. more];
}
