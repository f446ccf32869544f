#!/usr/bin/env bash
# Microsoft.ML.OnnxRuntime 1.31.1 (NuGet), seen in November 2026 on Linux, x64; the model is made with OnnxSharp 0.3.2.
# ONNX numbers the transforms of TreeEnsemble (ai.onnx.ml 5), attribute `post_transform`: 0 NONE, 1 SOFTMAX, 2 LOGISTIC,
# 3 SOFTMAX_ZERO, 4 PROBIT (docs/Operators-ml.md). ONNX Runtime computes the logistic function for 1 and softmax for 2.
# The older TreeEnsembleClassifier names its transforms by strings and is not concerned.
# Seen: of the scores 2 and -1, 1 gives 0.8808 and 0.2689 (each its own logistic), 2 gives 0.9526 and 0.0474 (softmax).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat > finding.csproj <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <Nullable>enable</Nullable>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Microsoft.ML.OnnxRuntime" Version="[1.31.1]" />
    <PackageReference Include="OnnxSharp" Version="[0.3.2]" />
    <PackageReference Include="System.Numerics.Tensors" Version="[11.0.0]" />
  </ItemGroup>
</Project>
PROJECT
cat > Program.cs <<'CODE'
using System.Runtime.InteropServices;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Onnx;
using static Onnx.AttributeProto.Types;

AttributeProto Numbers(string name, params long[] values) =>
    new() { Name = name, Type = AttributeType.Ints, Ints = { values } };

AttributeProto Number(string name, long value) => new() { Name = name, Type = AttributeType.Int, I = value };

AttributeProto Values(string name, TensorProto.Types.DataType type, byte[] bytes, long count) => new()
{
    Name = name,
    Type = AttributeType.Tensor,
    T = new() { DataType = (int)type, Dims = { count }, RawData = ByteString.CopyFrom(bytes) },
};

AttributeProto Floats(string name, params float[] values) => Values(name, TensorProto.Types.DataType.Float,
    MemoryMarshal.AsBytes(values.AsSpan()).ToArray(), values.Length);

ValueInfoProto Port(string name, long width) => new()
{
    Name = name,
    Type = new()
    {
        TensorType = new()
        {
            ElemType = (int)TensorProto.Types.DataType.Float,
            Shape = new() { Dim = { new TensorShapeProto.Types.Dimension { DimValue = 1 },
                new TensorShapeProto.Types.Dimension { DimValue = width } } },
        },
    },
};

// Two trees of one node: whatever the input, the first gives 2 to target 0 and the second -1 to target 1.
float[] Run(int transform)
{
    var model = new ModelProto
    {
        IrVersion = 10,
        OpsetImport =
        {
            new OperatorSetIdProto { Domain = "", Version = 21 },
            new OperatorSetIdProto { Domain = "ai.onnx.ml", Version = 5 },
        },
        Graph = new()
        {
            Name = "trees",
            Input = { Port("x", 1) },
            Output = { Port("y", 2) },
            Node =
            {
                new NodeProto
                {
                    OpType = "TreeEnsemble",
                    Domain = "ai.onnx.ml",
                    Input = { "x" },
                    Output = { "y" },
                    Attribute =
                    {
                        Number("n_targets", 2), Number("aggregate_function", 1), Number("post_transform", transform),
                        Numbers("tree_roots", 0, 1), Numbers("nodes_featureids", 0, 0),
                        Floats("nodes_splits", 0.5f, 0.5f),
                        Values("nodes_modes", TensorProto.Types.DataType.Uint8, [0, 0], 2),
                        Numbers("nodes_truenodeids", 0, 2), Numbers("nodes_falsenodeids", 1, 3),
                        Numbers("nodes_trueleafs", 1, 1), Numbers("nodes_falseleafs", 1, 1),
                        Numbers("leaf_targetids", 0, 0, 1, 1), Floats("leaf_weights", 2, 2, -1, -1),
                    },
                },
            },
        },
    };
    using var session = new InferenceSession(model.ToByteArray());
    using var input = OrtValue.CreateTensorValueFromMemory(new float[] { 0 }, [1, 1]);
    using var options = new RunOptions();
    using var outputs = session.Run(options, ["x"], [input], ["y"]);
    return outputs[0].GetTensorDataAsSpan<float>().ToArray();
}

bool Near(float[] found, params double[] wanted) =>
    found.Zip(wanted).All(pair => Math.Abs(pair.First - pair.Second) < 1e-4);

var (plain, one, two) = (Run(0), Run(1), Run(2));
Console.WriteLine($"0: {string.Join(' ', plain)}; 1: {string.Join(' ', one)}; 2: {string.Join(' ', two)}");
var asSeen = Near(plain, 2, -1) && Near(one, 0.8808, 0.2689) && Near(two, 0.9526, 0.0474);
Console.WriteLine(asSeen ? "as seen: 1 is the logistic function, 2 is softmax" : "changed");
return asSeen ? 0 : 1;
CODE
dotnet run -v q
