using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Tests.Secrets;

/// <summary>The payload against the reference implementation of ONNX.</summary>
public sealed class PythonOnnxTests
{
    // A checker refuses versions newer than itself, so it is shown the newest that it knows.
    private const string Script = """
        import sys, onnx
        from onnx import numpy_helper
        model = onnx.load(sys.argv[1])
        model.ir_version = min(model.ir_version, onnx.IR_VERSION)
        known = onnx.defs.onnx_opset_version()
        model.opset_import[0].version = min(model.opset_import[0].version, known)
        onnx.checker.check_model(model)
        for sparse in model.graph.sparse_initializer:
            values = numpy_helper.to_array(sparse.values)
            print(sparse.values.name, list(sparse.dims), numpy_helper.to_array(sparse.indices).tolist(),
                values.tolist())
        for tensor in model.graph.initializer:
            print(tensor.name, list(tensor.dims), numpy_helper.to_array(tensor).tolist())
        for entry in model.metadata_props[:2]:
            print(entry.key, entry.value)
        """;

    [Fact]
    public void Python_onnx_checks_and_reads_the_payload() => Assert.Equal(
            [
                "layer0.conv1.weight [16, 8, 3, 3] [0, 142] [0.5, 2.5]",
                "layer1.conv1.weight [16, 8, 3, 3] [71, 213] [1.5, 3.5]",
                "onnxsplitter.format 1",
                "onnxsplitter.strategy gradient",
            ],
            Read(SampleSecrets.Of()));

    [Fact]
    public void Python_onnx_checks_and_reads_compact_secrets() => Assert.Equal(
            [
                "onnxsplitter.center [] 0.25",
                "layer0.conv1.weight [8] [4, 16, 8, 3, 3, 0, 141, 1]",
                "layer1.conv1.weight [8] [4, 16, 8, 3, 3, 71, 141, 1]",
                "onnxsplitter.format 2",
                "onnxsplitter.strategy gradient",
            ],
            Read(SampleSecrets.Compact()));

    private static string[] Read(ModelSecrets secrets)
    {
        var python = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
        Peer.Require(python, "-c", "import onnx");
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["secrets.onnx"], ModelSecretsCodec.Encode(secrets));
        return Peer.Run(python, "-c", Script, folder["secrets.onnx"])
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
