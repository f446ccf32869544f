#!/usr/bin/env bash
# Microsoft.ML.OnnxRuntime 1.31.1 (NuGet), seen in November 2026 on Linux, x64.
# `AddSessionConfigEntry("session.optimized_model_filepath", path)` makes a session write its optimised model, weights
# included, as `SessionOptions.OptimizedModelFilePath` does; but that property stays empty. So a library that is
# handed a host's options can't see by it that they write the model to the disk. The same entry with an empty value
# takes it back.
# Seen: the property is empty, the file is written, and with an empty value after it no file is.
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
    <PackageReference Include="Microsoft.ML.OnnxRuntime" Version="[1.31.1]" />
  </ItemGroup>
</Project>
PROJECT
cat > Program.cs <<'CODE'
using System.Text;
using Microsoft.ML.OnnxRuntime;

// Protocol buffers by hand: y = Relu(x), opset 13.
byte[] Field(int number, byte[] content) => [(byte)(number << 3 | 2), (byte)content.Length, .. content];
byte[] Text(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));
byte[] type = Field(2, Field(1, [8, 1, .. Field(2, Field(1, [8, 2]))]));
byte[] graph =
[
    .. Field(1, [.. Text(1, "x"), .. Text(2, "y"), .. Text(4, "Relu")]), .. Text(2, "g"),
    .. Field(11, [.. Text(1, "x"), .. type]), .. Field(12, [.. Text(1, "y"), .. type]),
];
byte[] model = [8, 8, .. Field(7, graph), .. Field(8, [16, 13])];

var told = false;

bool Writes(bool takenBack)
{
    const string path = "optimised.onnx";
    File.Delete(path);
    using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
    options.AddSessionConfigEntry("session.optimized_model_filepath", path);
    if (takenBack) options.AddSessionConfigEntry("session.optimized_model_filepath", "");
    told |= options.OptimizedModelFilePath.Length > 0;
    using var session = new InferenceSession(model, options);
    return File.Exists(path);
}

var (written, after) = (Writes(takenBack: false), Writes(takenBack: true));
Console.WriteLine($"the property tells it: {told}; written: {written}; written after an empty value: {after}");
var asSeen = !told && written && !after;
Console.WriteLine(asSeen ? "as seen: written, and not told" : "changed");
return asSeen ? 0 : 1;
CODE
dotnet run -v q
