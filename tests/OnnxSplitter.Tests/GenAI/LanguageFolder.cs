using Google.Protobuf;
using Microsoft.ML.OnnxRuntimeGenAI;
using Onnx;
using OnnxSplitter.Benchmarks.Hosts;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Tests.Secrets;
using Attribute = Onnx.AttributeProto.Types.AttributeType;

namespace OnnxSplitter.Tests.GenAI;

/// <summary>
/// A protected language model as ONNX Runtime GenAI has them: a folder with its configuration, the <c>.onnx</c> file
/// and data files. It has a cache of keys and values, and no attention that would read it.
/// </summary>
internal sealed class LanguageFolder : IDisposable
{
    private const int Words = 64;
    private const int Heads = 2;
    private const int HeadSize = 16;
    private const int Width = Heads * HeadSize;
    private readonly Random _random = new(3);

    /// <param name="entry">A further line of the session options, or nothing.</param>
    public LanguageFolder(string entry = "")
    {
        File.WriteAllText(Folder["genai_config.json"], Configuration.Replace("ENTRY", entry, StringComparison.Ordinal));
        var graph = new GraphProto
        {
            Name = "decoder",
            Input = { Value("input_ids", TensorProto.Types.DataType.Int64, "batch", "length"), Cache("past.0.key") },
            Output =
            {
                Value("logits", TensorProto.Types.DataType.Float, "batch", "length", Words), Cache("present.0.key"),
                Cache("present.0.value"),
            },
            Initializer =
            {
                Weights("embedding", Words, Width), Weights("inner", Width, Width), Weights("head", Width, Words),
                new TensorProto
                {
                    Name = "shape",
                    DataType = (int)TensorProto.Types.DataType.Int64,
                    Dims = { 4 },
                    Int64Data = { 0, 0, Heads, HeadSize },
                },
            },
            Node =
            {
                Node("Gather", "x", ["embedding", "input_ids"]),
                Node("MatMul", "y", ["x", "inner"]),
                Node("Tanh", "z", ["y"]),
                Node("Reshape", "split", ["z", "shape"]),
                Node("Transpose", "k", ["split"],
                    new AttributeProto { Name = "perm", Type = Attribute.Ints, Ints = { 0, 2, 1, 3 } }),
                Node("Concat", "present.0.key", ["past.0.key", "k"], Axis()),
                Node("Concat", "present.0.value", ["past.0.value", "k"], Axis()),
                Node("MatMul", "logits", ["z", "head"]),
            },
        };
        graph.Input.Add(Cache("past.0.value"));
        DataFileModel.Write(
            new ModelProto { IrVersion = 8, OpsetImport = { new OperatorSetIdProto { Version = 17 } }, Graph = graph },
            Folder["model.onnx"]);
        ProtectedFolder.Seal(Folder["model.onnx"], 2, TestKeys.Alice, Folder["model.p7m"]);
    }

    public TemporaryFolder Folder { get; } = new();

    /// <summary>The words that follow a few, as the model in a folder has them.</summary>
    public static int[] Continue(Config config)
    {
        using var model = new Model(config);
        using var parameters = new GeneratorParams(model);
        using var generator = new Generator(model, parameters);
        generator.AppendTokens([5, 6, 7]);
        while (!generator.IsDone()) generator.GenerateNextToken();
        return generator.GetSequence(0).ToArray();
    }

    /// <summary>Restores it to a folder of files.</summary>
    public string Restore()
    {
        var restored = Directory.CreateDirectory(Folder["restored"]).FullName;
        File.Copy(Folder["genai_config.json"], Path.Combine(restored, "genai_config.json"));
        using var secrets = SecretsEnvelope.Open(
            File.ReadAllBytes(Folder["model.p7m"]), TestKeys.Alice, TestKeys.Alice);
        ModelRestorer.RestoreToFile(Folder["model.onnx"], secrets, Path.Combine(restored, "model.onnx"), false);
        return restored;
    }

    public void Dispose() => Folder.Dispose();

    private TensorProto Weights(string name, params long[] dims)
    {
        var values = new float[dims[0] * dims[1]];
        for (var i = 0; i < values.Length; i++) values[i] = _random.NextSingle() * 2 - 1;
        return new TensorProto
        {
            Name = name,
            DataType = (int)TensorProto.Types.DataType.Float,
            Dims = { dims },
            RawData = ByteString.CopyFrom(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan())),
        };
    }

    private static AttributeProto Axis() => new() { Name = "axis", Type = Attribute.Int, I = 2 };

    private static NodeProto Node(string op, string output, string[] inputs, params AttributeProto[] attributes) =>
        new() { OpType = op, Input = { inputs }, Output = { output }, Attribute = { attributes } };

    private static ValueInfoProto Cache(string name) =>
        Value(name, TensorProto.Types.DataType.Float, "batch", Heads, "any", HeadSize);

    private static ValueInfoProto Value(string name, TensorProto.Types.DataType type, params object[] dims) => new()
    {
        Name = name,
        Type = new TypeProto
        {
            TensorType = new TypeProto.Types.Tensor
            {
                ElemType = (int)type,
                Shape = new TensorShapeProto
                {
                    Dim =
                    {
                        dims.Select(dim => dim is int count
                            ? new TensorShapeProto.Types.Dimension { DimValue = count }
                            : new TensorShapeProto.Types.Dimension { DimParam = (string)dim }),
                    },
                },
            },
        },
    };

    private const string Configuration = """
        {
          "model": {
            "type": "llama", "vocab_size": 64, "context_length": 64,
            "bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 0,
            "decoder": {
              "filename": "model.onnx",
              "session_options": { ENTRY "provider_options": [] },
              "head_size": 16, "hidden_size": 32, "num_attention_heads": 2, "num_hidden_layers": 1,
              "num_key_value_heads": 2,
              "inputs": {
                "input_ids": "input_ids", "past_key_names": "past.%d.key", "past_value_names": "past.%d.value"
              },
              "outputs": {
                "logits": "logits", "present_key_names": "present.%d.key", "present_value_names": "present.%d.value"
              }
            }
          },
          "search": { "max_length": 24, "do_sample": false, "past_present_share_buffer": false }
        }
        """;
}
