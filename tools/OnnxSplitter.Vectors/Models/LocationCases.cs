using Onnx;
using Kind = Onnx.AttributeProto.Types.AttributeType;

namespace OnnxSplitter.Vectors.Models;

/// <summary>
/// Data files whose names lead elsewhere (CVE-2022-25882, CVE-2024-27318, CVE-2024-5187, CVE-2025-51480,
/// CVE-2026-34447), wherever in a model a tensor can be.
/// </summary>
internal static class LocationCases
{
    private const string Outside = "../outside.bin";

    public static IEnumerable<HostileModel> All()
    {
        (string Name, string Location)[] locations =
        [
            ("parent-folder", Outside),
            ("parent-folder-further-down", "sub/../../outside.bin"),
            ("parent-folder-after-a-dot", "./../outside.bin"),
            ("parent-folder-alone", ".."),
            ("the-folder-itself", "."),
            ("absolute", "/etc/passwd"),
            ("backslashes", "..\\outside.bin"),
            ("drive", "C:outside.bin"),
            ("stream-of-a-file", "weights.bin:stream"),
            ("network-share", "\\\\server\\share\\outside.bin"),
            ("file-address", "file:///etc/passwd"),
            ("doubled-slash", "sub//outside.bin"),
            ("symbolic-link", "link.bin"),
            ("folder-that-is-a-symbolic-link", "linked/outside.bin"),
            ("address-in-memory", "*/_ORT_MEM_ADDR_/*"),
            ("model-itself", "model.onnx"),
            ("zero-byte-in-a-name", "weights\0.bin"),
            ("escape-sequence-in-a-name", "\u001b[2J.bin"),
            ("empty-location", ""),
            ("folder-as-data-file", "sub"),
            ("missing-data-file", "missing.bin"),
            ("name-of-65536-bytes", new string('a', 1 << 16)),
        ];
        foreach (var (name, location) in locations)
            yield return HostileModel.Of(name, HostileModel.Model(HostileModel.External(("location", location))));
        yield return HostileModel.Of("no-location", HostileModel.Model(HostileModel.External(("offset", "0"))));
        yield return HostileModel.Of("two-locations", HostileModel.Model(
            HostileModel.External(("location", HostileModel.DataFile), ("location", Outside))));

        foreach (var (place, put) in Places())
        {
            var model = HostileModel.Model(HostileModel.Weights());
            var tensor = HostileModel.External(("location", Outside));
            tensor.Name = "elsewhere";
            put(model, tensor);
            yield return HostileModel.Of($"parent-folder-in-{place}", model);
        }
    }

    private static IEnumerable<(string Name, Action<ModelProto, TensorProto> Put)> Places() =>
    [
        ("an-unused-tensor", (model, tensor) => model.Graph.Initializer.Add(tensor)),
        ("a-constant", (model, tensor) => model.Graph.Node.Add(Constant(tensor))),
        ("a-list-of-tensors", (model, tensor) => model.Graph.Node[0].Attribute.Add(
            new AttributeProto { Name = "more", Type = Kind.Tensors, Tensors = { tensor } })),
        ("a-sparse-tensor", (model, tensor) => model.Graph.SparseInitializer.Add(
            new SparseTensorProto { Values = tensor, Dims = { 99 } })),
        ("indices", (model, tensor) => model.Graph.SparseInitializer.Add(
            new SparseTensorProto { Values = HostileModel.Weights(), Indices = tensor, Dims = { 99 } })),
        ("a-subgraph", (model, tensor) => model.Graph.Node.Add(new NodeProto
        {
            OpType = "If",
            Input = { "c" },
            Output = { "z" },
            Attribute =
            {
                new AttributeProto
                {
                    Name = "then_branch",
                    Type = Kind.Graph,
                    G = new GraphProto { Name = "inner", Initializer = { tensor } },
                },
            },
        })),
        ("a-function", (model, tensor) => model.Functions.Add(
            new FunctionProto { Name = "f", Domain = "local", Node = { Constant(tensor) } })),
        ("a-default-of-a-function", (model, tensor) => model.Functions.Add(new FunctionProto
        {
            Name = "f",
            Domain = "local",
            AttributeProto = { new AttributeProto { Name = "value", Type = Kind.Tensor, T = tensor } },
        })),
        ("training", (model, tensor) => model.TrainingInfo.Add(
            new TrainingInfoProto { Initialization = new GraphProto { Name = "start", Initializer = { tensor } } })),
    ];

    private static NodeProto Constant(TensorProto value) => new()
    {
        OpType = "Constant",
        Output = { "constant" },
        Attribute = { new AttributeProto { Name = "value", Type = Kind.Tensor, T = value } },
    };
}
