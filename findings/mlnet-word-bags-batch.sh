#!/usr/bin/env bash
# Microsoft.ML.OnnxConverter 0.23.1 with Microsoft.ML 5.0.1 and Microsoft.ML.OnnxRuntime 1.31.1 (NuGet), seen in
# December 2026 on Linux, x64.
# The bags of words that ML.NET exports take rows by an open batch axis, [-1, 1], and count the words of all rows of a
# run in one row: whatever follows sees one example, that is the sum of all. One row a run gives what ML.NET gives.
# Seen: two texts in one run give one row, 2 1 1, which is the sum of what each gives alone.
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
Row[] rows = [.. new[] { "red green", "red blue" }.Select(text => new Row { Text = text })];
var data = ml.Data.LoadFromEnumerable(rows);
var trained = ml.Transforms.Text.ProduceWordBags("Words", "Text", ngramLength: 1).Fit(data);
using (var file = File.Create("model.onnx")) ml.Model.ConvertToOnnx(trained, data, file);
foreach (var row in trained.Transform(data).GetColumn<float[]>("Words"))
    Console.WriteLine($"ML.NET: {string.Join(' ', row)}");
using var session = new InferenceSession("model.onnx");
Console.WriteLine($"input: [{string.Join(", ", session.InputMetadata["Text"].Dimensions)}]");
Run("red green");
Run("red blue");
Run("red green", "red blue");

void Run(params string[] texts)
{
    using var results = session.Run(
        [NamedOnnxValue.CreateFromTensor("Text", new DenseTensor<string>(texts, [texts.Length, 1]))], ["Words.output"]);
    var words = results[0].AsTensor<float>();
    Console.WriteLine($"ONNX, {texts.Length} a run: [{string.Join(", ", words.Dimensions.ToArray())}] "
        + string.Join(' ', words));
}

internal sealed class Row
{
    public string Text { get; set; } = "";
}
CODE
dotnet build -c Release -v q --nologo > build.log || { cat build.log; exit 1; }
ORT_DISABLE_TELEMETRY=1 dotnet bin/Release/net10.0/finding.dll 2> warnings | tee seen
diff seen - <<'EXPECTED'
ML.NET: 1 1 0
ML.NET: 1 0 1
input: [-1, 1]
ONNX, 1 a run: [1, 3] 1 1 0
ONNX, 1 a run: [1, 3] 1 0 1
ONNX, 2 a run: [1, 3] 2 1 1
EXPECTED
