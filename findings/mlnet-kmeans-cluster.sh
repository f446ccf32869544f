#!/usr/bin/env bash
# Microsoft.ML.OnnxConverter 0.23.1 with Microsoft.ML 5.0.1 and Microsoft.ML.OnnxRuntime 1.31.1 (NuGet), seen in
# December 2026 on Linux, x64.
# ML.NET counts the clusters of k-means from 1, as all its keys, and so do other keys in the ONNX files that it writes
# (MapValueToKey). The k-means that it writes counts from 0: the same example is in another cluster.
# Seen: ML.NET says clusters 1 and 2, the file 0 and 1 for the same examples; keys of names are 1 and 2 in both.
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
Row[] rows =
    [.. Enumerable.Range(0, 40).Select(i => new Row { X = [i % 2 * 10, i % 3], Name = i % 2 == 0 ? "a" : "b" })];
var data = ml.Data.LoadFromEnumerable(rows);
Compare("k-means", ml.Clustering.Trainers.KMeans("X", numberOfClusters: 2), "PredictedLabel");
Compare("keys of names", ml.Transforms.Conversion.MapValueToKey("Key", "Name"), "Key");

void Compare(string what, IEstimator<ITransformer> steps, string column)
{
    var trained = steps.Fit(data);
    using (var file = File.Create("model.onnx")) ml.Model.ConvertToOnnx(trained, data, file);
    var own = trained.Transform(data).GetColumn<uint>(column).ToArray();
    using var session = new InferenceSession("model.onnx");
    using var results = session.Run(
    [
        NamedOnnxValue.CreateFromTensor(
            "X", new DenseTensor<float>(rows.SelectMany(row => row.X).ToArray(), [rows.Length, 2])),
        NamedOnnxValue.CreateFromTensor(
            "Name", new DenseTensor<string>(rows.Select(row => row.Name).ToArray(), [rows.Length, 1])),
    ], [$"{column}.output"]);
    var exported = results[0].AsTensor<uint>().ToArray();
    var apart = own.Zip(exported, (one, other) => (int)one - (int)other).Distinct();
    Console.WriteLine($"{what}: ML.NET {own.Min()} to {own.Max()}, ONNX {exported.Min()} to {exported.Max()}, "
        + $"apart by {string.Join(' ', apart)}");
}

internal sealed class Row
{
    [VectorType(2)]
    public float[] X { get; set; } = [];

    public string Name { get; set; } = "";
}
CODE
dotnet build -c Release -v q --nologo > build.log || { cat build.log; exit 1; }
ORT_DISABLE_TELEMETRY=1 dotnet bin/Release/net10.0/finding.dll 2> warnings | tee seen
diff seen - <<'EXPECTED'
k-means: ML.NET 1 to 2, ONNX 0 to 1, apart by 1
keys of names: ML.NET 1 to 2, ONNX 1 to 2, apart by 0
EXPECTED
