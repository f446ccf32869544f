#!/usr/bin/env bash
# Microsoft.ML.OnnxConverter 0.23.1 with Microsoft.ML 5.0.1 and Microsoft.ML.OnnxRuntime 1.31.1 (NuGet), seen in
# December 2026 on Linux, x64.
# What ML.NET exports of OneHotEncoding declares its result as [-1, categories], which is what ML.NET has; it gives
# [rows, 1, categories]. ONNX Runtime only warns ("Falling back to lenient merge") and takes both shapes for unknown.
# Seen: two rows give a tensor of rank 3, and a file whose declared shape has rank 2 opens.
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
    <PackageReference Include="Microsoft.ML" Version="[5.0.1]" />
    <PackageReference Include="Microsoft.ML.OnnxConverter" Version="[0.23.1]" />
    <PackageReference Include="Microsoft.ML.OnnxRuntime" Version="[1.31.1]" />
  </ItemGroup>
</Project>
PROJECT
cat > Program.cs <<'CODE'
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

var ml = new MLContext(seed: 1);
Row[] rows = [.. new[] { "a", "b", "c" }.Select(name => new Row { Name = name })];
var data = ml.Data.LoadFromEnumerable(rows);
var trained = ml.Transforms.Categorical.OneHotEncoding("Hot", "Name").Fit(data);
using (var file = File.Create("model.onnx")) ml.Model.ConvertToOnnx(trained, data, file);
var own = (VectorDataViewType)trained.Transform(data).Schema["Hot"].Type;
Console.WriteLine($"ML.NET: [{string.Join(", ", own.Dimensions)}] a row");
using var session = new InferenceSession("model.onnx");
using var results = session.Run(
    [NamedOnnxValue.CreateFromTensor("Name", new DenseTensor<string>(new[] { "b", "a" }, [2, 1]))], ["Hot.output"]);
var hot = results[0].AsTensor<float>();
Console.WriteLine($"ONNX: [{string.Join(", ", hot.Dimensions.ToArray())}] for 2 rows: {string.Join(' ', hot)}");

internal sealed class Row
{
    public string Name { get; set; } = "";
}
CODE
dotnet build -c Release -v q --nologo > build.log || { cat build.log; exit 1; }
ORT_DISABLE_TELEMETRY=1 dotnet bin/Release/net10.0/finding.dll 2> warnings | tee seen
diff seen - <<'EXPECTED'
ML.NET: [3] a row
ONNX: [2, 1, 3] for 2 rows: 0 1 0 1 0 0
EXPECTED
