#!/usr/bin/env bash
# Microsoft.ML.OnnxRuntime 1.31.1 (NuGet), seen in November 2026 on Linux, x64; the model is made with OnnxSharp 0.3.2.
# `SessionOptions.AddInitializer` gives a session a value for an initializer of the model. Under the default
# optimisation level, fusions (here of a Conv and the BatchNormalization behind it) have used the value in the file
# before, so the outputs are neither the file's nor those of the new value; no error, no warning.
# Seen: with optimisation off the outputs are those of a model with the new value; by default they differ from these.
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

const int Channels = 4;
var random = new Random(1);
float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() + 0.5f)];
var (former, wanted) = (Draw(Channels * 9), Draw(Channels * 9));
var (scale, shift, mean, variance) = (Draw(Channels), Draw(Channels), Draw(Channels), Draw(Channels));
var input = Draw(36);

TensorProto Values(string name, float[] values, params long[] dims) => new()
{
    Name = name,
    DataType = (int)TensorProto.Types.DataType.Float,
    Dims = { dims },
    RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan())),
};

ValueInfoProto Port(string name, params long[] dims)
{
    var shape = new TensorShapeProto();
    foreach (var dim in dims) shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = dim });
    return new()
    {
        Name = name,
        Type = new() { TensorType = new() { ElemType = (int)TensorProto.Types.DataType.Float, Shape = shape } },
    };
}

byte[] Model(float[] kernel) => new ModelProto
{
    IrVersion = 8,
    OpsetImport = { new OperatorSetIdProto { Version = 17 } },
    Graph = new GraphProto
    {
        Name = "finding",
        Input = { Port("x", 1, 1, 6, 6) },
        Output = { Port("y", 1, Channels, 4, 4) },
        Initializer =
        {
            Values("kernel", kernel, Channels, 1, 3, 3),
            Values("scale", scale, Channels),
            Values("shift", shift, Channels),
            Values("mean", mean, Channels),
            Values("variance", variance, Channels),
        },
        Node =
        {
            new NodeProto { OpType = "Conv", Input = { "x", "kernel" }, Output = { "sums" } },
            new NodeProto
            {
                OpType = "BatchNormalization",
                Input = { "sums", "scale", "shift", "mean", "variance" },
                Output = { "y" },
            },
        },
    },
}.ToByteArray();

float[] Run(float[] kernel, float[]? given, GraphOptimizationLevel level)
{
    using var options = new SessionOptions { GraphOptimizationLevel = level };
    using var value = given is null ? null : OrtValue.CreateTensorValueFromMemory(given, [Channels, 1, 3, 3]);
    if (value is not null) options.AddInitializer("kernel", value);
    using var session = new InferenceSession(Model(kernel), options);
    using var x = OrtValue.CreateTensorValueFromMemory(input, [1, 1, 6, 6]);
    using var run = new RunOptions();
    using var outputs = session.Run(run, ["x"], [x], ["y"]);
    return outputs[0].GetTensorDataAsSpan<float>().ToArray();
}

float Difference(float[] one, float[] other) => one.Zip(other, (a, b) => Math.Abs(a - b)).Max();

var right = Run(wanted, null, GraphOptimizationLevel.ORT_DISABLE_ALL);
var off = Difference(right, Run(former, wanted, GraphOptimizationLevel.ORT_DISABLE_ALL));
var usual = Difference(right, Run(former, wanted, GraphOptimizationLevel.ORT_ENABLE_ALL));
Console.WriteLine($"greatest difference to the model with the new value: optimisation off {off}, by default {usual}");
var asSeen = off < 1e-5 && usual > 1e-2;
Console.WriteLine(asSeen ? "as seen: silently wrong by default" : "changed");
return asSeen ? 0 : 1;
CODE
dotnet run -v q
