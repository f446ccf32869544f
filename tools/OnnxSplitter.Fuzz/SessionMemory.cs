using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Google.Protobuf;
using Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Fuzz;

/// <summary>
/// Restores a model with a data file as for a session, and looks whether weights stay in memory, those of the
/// <c>.onnx</c> file and those of the data file.
/// </summary>
/// <remarks>What ONNX Runtime does with its own copy is not looked at.</remarks>
internal static class SessionMemory
{
    private const int Side = 64;
    private const int Length = Side * Side * sizeof(float);
    private const int Changed = 1000;
    private const string DataName = "weights.bin";

    /// <returns>0 if the weights were found while the model was restored, and not afterwards.</returns>
    public static int Run(string folder, TextWriter output)
    {
        var (path, secrets, needles) = Prepare(folder);
        var restored = Use(path, secrets, needles);
        secrets.Dispose();
        int[] after = [.. needles.Select(MemorySearch.Count)];
        output.WriteLine($"weights for a session: {string.Join(" and ", restored)} copies while restored, "
            + $"{string.Join(" and ", after)} after dispose");
        return restored.All(count => count > 0) && after.All(count => count == 0) ? 0 : 1;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int[] Use(string path, ModelSecrets secrets, byte[][] needles)
    {
        using var restorer = new Restorer(path, secrets);
        using var sink = new RestoredMemory(path, digest: true);
        restorer.Run(sink);
        return [.. needles.Select(MemorySearch.Count)];
    }

    /// <summary>
    /// Writes an obfuscated model; the original's weights are in memory for no longer than this takes.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (string Path, ModelSecrets Secrets, byte[][] Needles) Prepare(string folder)
    {
        var (path, data) = (Path.Combine(folder, "memory.onnx"), Path.Combine(folder, DataName));
        File.WriteAllBytes(data, new byte[Length]);
        File.WriteAllBytes(path, Model().ToByteArray());
        using var file = ModelFile.Open(path);
        var changes = new List<WeightChange>();
        var files = new List<ProtectedFile>();
        var needles = new List<byte[]>();
        foreach (var (name, tensor) in new[] { ("", "inside"), (DataName, "outside") })
        {
            var weight = file.Find(tensor)!;
            var offset = weight.Storage.Parts[0].Offset;
            using var handle =
                File.OpenHandle(file.PathOf(name), access: FileAccess.ReadWrite, share: FileShare.ReadWrite);
            var bytes = GC.AllocateUninitializedArray<byte>((int)RandomAccess.GetLength(handle), pinned: true);
            RandomAccess.Read(handle, bytes, 0);
            RandomNumberGenerator.Fill(bytes.AsSpan((int)offset, Length));
            var place = (int)offset + Changed * sizeof(float);
            needles.Add(MemorySearch.Masked(new ArraySegment<byte>(bytes, place - 32, 64)));
            var original = SHA256.HashData(bytes);
            var bits = MemoryMarshal.Read<uint>(bytes.AsSpan(place));
            bytes[place + 3] ^= 0x80;
            changes.Add(new WeightChange(weight, Changed, bits, bits ^ 0x8000_0000));
            files.Add(new ProtectedFile(name.Length == 0 ? "memory.onnx"
                : name, bytes.Length, SHA256.HashData(bytes), original));
            RandomAccess.Write(handle, bytes, 0);
            CryptographicOperations.ZeroMemory(bytes);
        }

        return (path, ModelSecrets.From("random/sign", DateTimeOffset.UnixEpoch, files, changes), [.. needles]);
    }

    private static ModelProto Model()
    {
        var outside = new TensorProto
        {
            Name = "outside",
            DataType = (int)TensorProto.Types.DataType.Float,
            Dims = { Side, Side },
            DataLocation = TensorProto.Types.DataLocation.External,
            ExternalData = { new StringStringEntryProto { Key = "location", Value = DataName } },
        };
        var inside = new TensorProto
        {
            Name = "inside",
            DataType = (int)TensorProto.Types.DataType.Float,
            Dims = { Side, Side },
            RawData = ByteString.CopyFrom(new byte[Length]),
        };
        var graph = new GraphProto { Name = "g", Initializer = { inside, outside } };
        graph.Node.Add(new NodeProto { OpType = "MatMul", Input = { "x", "inside" }, Output = { "h" } });
        graph.Node.Add(new NodeProto { OpType = "MatMul", Input = { "h", "outside" }, Output = { "y" } });
        return new ModelProto
        {
            IrVersion = 8,
            OpsetImport = { new OperatorSetIdProto { Version = 17 } },
            Graph = graph,
        };
    }
}
