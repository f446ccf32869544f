#!/usr/bin/env bash
# Microsoft.ML.OnnxConverter 0.23.1 with Microsoft.ML 5.0.1 (NuGet), seen in December 2026 on Linux, x64.
# `ConvertToOnnx` refuses steps that have no ONNX form with a sentence; of `FeaturizeText`, the usual way to give texts
# to a model, one of its own steps (TextNormalizer) is skipped without a word, and the next one misses its column.
# Seen: KeyNotFoundException, where a Gam trainer's export says that it can't be converted.
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
    <PackageReference Include="Microsoft.ML.FastTree" Version="[5.0.1]" />
  </ItemGroup>
</Project>
PROJECT
cat > Program.cs <<'CODE'
using Microsoft.ML;
using Microsoft.ML.Data;

var ml = new MLContext(seed: 1);
Row[] rows =
[
    .. Enumerable.Range(0, 40)
        .Select(i => new Row { X = [i % 7, i % 3], Yes = i % 2 == 0, Text = $"word {i % 5}" }),
];
var data = ml.Data.LoadFromEnumerable(rows);
Export("FeaturizeText", ml.Transforms.Text.FeaturizeText("Features", "Text"));
Export("Gam", ml.BinaryClassification.Trainers.Gam("Yes", "X"));

void Export(string what, IEstimator<ITransformer> steps)
{
    try
    {
        ml.Model.ConvertToOnnx(steps.Fit(data), data, Stream.Null);
        Console.WriteLine($"{what}: exported");
    }
    catch (Exception e)
    {
        Console.WriteLine($"{what}: {e.GetType().Name}: {e.Message[..60]}");
    }
}

internal sealed class Row
{
    [VectorType(2)]
    public float[] X { get; set; } = [];

    public bool Yes { get; set; }

    public string Text { get; set; } = "";
}
CODE
dotnet build -c Release -v q --nologo > build.log || { cat build.log; exit 1; }
dotnet bin/Release/net10.0/finding.dll | tee seen
diff seen - <<'EXPECTED'
FeaturizeText: KeyNotFoundException: The given key 'Text_TextNormalizer' was not present in the d
Gam: InvalidOperationException: The targeted pipeline can not be fully converted into a well
EXPECTED
