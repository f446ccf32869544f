#!/usr/bin/env bash
# Microsoft.ML.OnnxTransformer 5.0.1 (NuGet), seen in November 2026 on Linux, x64.
# `ApplyOnnxModel` has an overload that takes a model's bytes as a stream. It copies them to a file in the temporary
# folder and opens that; the file stays there after the transformer was disposed and after the process has ended. So a
# model that is given as a stream, in order not to be on the disk, is.
# Seen: one file with the very bytes of the model is left in the temporary folder.
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
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Microsoft.ML.OnnxTransformer" Version="[5.0.1]" />
    <PackageReference Include="Microsoft.ML.OnnxRuntime" Version="[1.31.1]" />
    <PackageReference Include="System.Numerics.Tensors" Version="[11.0.0]" />
  </ItemGroup>
</Project>
PROJECT
cat > Program.cs <<'CODE'
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;

// Protocol buffers by hand: y = Relu(x), [2], opset 13.
byte[] Field(int number, byte[] content) => [(byte)(number << 3 | 2), (byte)content.Length, .. content];
byte[] Text(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));
byte[] type = Field(2, Field(1, [8, 1, .. Field(2, Field(1, [8, 2]))]));
byte[] graph =
[
    .. Field(1, [.. Text(1, "x"), .. Text(2, "y"), .. Text(4, "Relu")]), .. Text(2, "g"),
    .. Field(11, [.. Text(1, "x"), .. type]), .. Field(12, [.. Text(1, "y"), .. type]),
];
byte[] model = [8, 8, .. Field(7, graph), .. Field(8, [16, 13])];

var ml = new MLContext();
var data = ml.Data.LoadFromEnumerable([new Row { x = [-1, 2] }]);
using (var transformer = ml.Transforms.ApplyOnnxModel(
    ["y"], ["x"], new MemoryStream(model), shapeDictionary: null, gpuDeviceId: null, fallbackToCpu: false,
    recursionLimit: 100).Fit(data))
{
    var y = transformer.Transform(data).GetColumn<float[]>("y").Single();
    Console.WriteLine($"y = {string.Join(' ', y)}");
}


// By their length first: the runtime has pipes there, which nothing comes out of.
var left = new DirectoryInfo(Path.GetTempPath()).GetFiles("*", SearchOption.AllDirectories)
    .Where(file => file.Length == model.Length).Select(file => file.FullName)
    .Count(path => File.ReadAllBytes(path).AsSpan().SequenceEqual(model));
Console.WriteLine($"copies of the model in the temporary folder: {left}");

internal sealed class Row
{
    [VectorType(2)]
    public float[] x { get; set; } = [];
}
CODE
dotnet build -c Release -v q --nologo > build.log || { cat build.log; exit 1; }
mkdir temporary
ORT_DISABLE_TELEMETRY=1 TMPDIR="$work/temporary" dotnet bin/Release/net10.0/finding.dll | tee seen
diff seen - <<'EXPECTED'
y = 0 2
copies of the model in the temporary folder: 1
EXPECTED
