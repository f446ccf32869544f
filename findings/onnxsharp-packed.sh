#!/usr/bin/env bash
# OnnxSharp 0.3.2 (NuGet), seen in November 2026. Its schema is written in proto3, so that it packs `dims`, `ints` and
# `floats`; ONNX's own is proto2, whose writers do not. Both forms are valid and every reader takes both, but a model
# that is read and saved has other bytes and another digest.
# Seen: a tensor as ONNX's own library writes it, dims [2, 3] as 08 02 08 03, comes back as 0A 02 02 03.
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
    <PackageReference Include="OnnxSharp" Version="[0.3.2]" />
  </ItemGroup>
</Project>
PROJECT
cat > Program.cs <<'CODE'
using Google.Protobuf;
using Onnx;

// dims 2 and 3, data_type int8, name "w", raw_data of six bytes.
byte[] written = [0x08, 2, 0x08, 3, 0x10, 3, 0x42, 1, (byte)'w', 0x4A, 6, 1, 2, 3, 4, 5, 6];
var tensor = TensorProto.Parser.ParseFrom(written);
var saved = tensor.ToByteArray();
Console.WriteLine($"written {Convert.ToHexString(written)}");
Console.WriteLine($"saved   {Convert.ToHexString(saved)}");
var asSeen = tensor.Dims.SequenceEqual([2L, 3L]) && saved.AsSpan().StartsWith((byte[])[0x0A, 2, 2, 3]);
Console.WriteLine(asSeen ? "as seen: the same tensor, other bytes" : "changed");
return asSeen ? 0 : 1;
CODE
dotnet run -v q
