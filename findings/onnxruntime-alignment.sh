#!/usr/bin/env bash
# Microsoft.ML.OnnxRuntime 1.31.1 (NuGet), seen in November 2026 on Linux, x64; the model is made with OnnxSharp 0.3.2.
# Outputs depend on where the input lies: the same numbers at an address that is a multiple of 64 and four bytes beyond
# it give sums that differ in their last bits. One thread, one session, no other difference.
# Seen: ReduceMean and InstanceNormalization of 3 x 1023 numbers have two or three different outputs at the 16 offsets
# within 64 bytes.
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
    <AllowUnsafeBlocks>true</AllowUnsafeBlocks>
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

const int Channels = 3;
const int Place = 1023;
const int Count = Channels * Place;

static TensorProto Ones(string name) => new()
{
    Name = name,
    DataType = (int)TensorProto.Types.DataType.Float,
    Dims = { Channels },
    FloatData = { Enumerable.Repeat(1f, Channels) },
};

static ValueInfoProto Port(string name, params long[] dims)
{
    var shape = new TensorShapeProto();
    foreach (var dim in dims) shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = dim });
    return new()
    {
        Name = name,
        Type = new() { TensorType = new() { ElemType = (int)TensorProto.Types.DataType.Float, Shape = shape } },
    };
}

static AttributeProto Axis(long axis) => new()
{
    Name = "axes",
    Type = AttributeProto.Types.AttributeType.Ints,
    Ints = { axis },
};

NodeProto[] nodes =
[
    new() { OpType = "ReduceMean", Input = { "x" }, Output = { "y" }, Attribute = { Axis(2) } },
    new() { OpType = "ReduceMean", Input = { "x" }, Output = { "y" } },
    new() { OpType = "InstanceNormalization", Input = { "x", "scale", "shift" }, Output = { "y" } },
];
var dependent = 0;
foreach (var node in nodes)
{
    var graph = new GraphProto
    {
        Name = "finding",
        Input = { Port("x", 1, Channels, Place) },
        Output = { new ValueInfoProto { Name = "y", Type = Port("y", 1).Type.Clone() } },
        Node = { node },
    };
    if (node.Input.Count > 1) graph.Initializer.Add([Ones("scale"), Ones("shift")]);
    graph.Output[0].Type.TensorType.Shape = null;
    var opset = new OperatorSetIdProto { Version = 13 };
    var model = new ModelProto { IrVersion = 8, OpsetImport = { opset }, Graph = graph };
    using var options = new SessionOptions { IntraOpNumThreads = 1 };
    using var session = new InferenceSession(model.ToByteArray(), options);
    var outputs = Enumerable.Range(0, 16).Select(offset => Run(session, offset)).Distinct().Count();
    Console.WriteLine($"{node.OpType} {node.Attribute}: {outputs} different outputs at 16 addresses");
    if (outputs > 1) dependent++;
}

Console.WriteLine(dependent > 0 ? "as seen: sums depend on the address" : "changed");
return dependent > 0 ? 0 : 1;

static unsafe string Run(InferenceSession session, int offset)
{
    var memory = NativeMemory.AlignedAlloc((Count + 16) * sizeof(float), 64);
    try
    {
        var random = new Random(1);
        var at = (float*)memory + offset;
        for (var i = 0; i < Count; i++) at[i] = random.NextSingle() - 0.3f;
        using var x = OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance, Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float,
            [1, Channels, Place], (nint)at, Count * sizeof(float));
        using var run = new RunOptions();
        using var outputs = session.Run(run, ["x"], [x], ["y"]);
        return Convert.ToHexString(MemoryMarshal.AsBytes(outputs[0].GetTensorDataAsSpan<float>()));
    }
    finally
    {
        NativeMemory.AlignedFree(memory);
    }
}
CODE
dotnet run -v q
