#!/usr/bin/env bash
# OnnxSharp 0.3.2 (NuGet), seen in November 2026. `graph.Clean()` turns a Reshape of an initializer into an initializer
# of that shape.
# Seen: where two Reshapes share their shape, it takes the shape away although the other Reshape, of an input, still
# needs it: the graph is no longer valid. And it throws where `value_info` lacks the Reshape's output, which ONNX makes
# optional.
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
using Onnx;

GraphProto Graph(bool valueInfo)
{
    var graph = new GraphProto
    {
        Name = "finding",
        Input = { Port("x", 2, 3) },
        Output = { Port("sum", 3, 2) },
        Initializer =
        {
            Shape("shape", 3, 2),
            new TensorProto
            {
                Name = "weights", DataType = (int)TensorProto.Types.DataType.Float, Dims = { 2, 3 },
                FloatData = { 1, 2, 3, 4, 5, 6 },
            },
        },
        Node =
        {
            new NodeProto { Name = "a", OpType = "Reshape", Input = { "x", "shape" }, Output = { "y" } },
            new NodeProto { Name = "b", OpType = "Reshape", Input = { "weights", "shape" }, Output = { "z" } },
            new NodeProto { Name = "c", OpType = "Add", Input = { "y", "z" }, Output = { "sum" } },
        },
    };
    if (valueInfo) graph.ValueInfo.Add(Port("z", 3, 2));
    return graph;
}

static TensorProto Shape(string name, params long[] dims) => new()
{
    Name = name,
    DataType = (int)TensorProto.Types.DataType.Int64,
    Dims = { dims.Length },
    Int64Data = { dims },
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

var graph = Graph(valueInfo: true);
graph.Clean();
var taken = graph.Node.Any(node => node.Input.Contains("shape"))
    && graph.Initializer.All(tensor => tensor.Name != "shape");
Console.WriteLine($"a node needs the shape that is gone: {taken}");

var thrown = false;
try
{
    Graph(valueInfo: false).Clean();
}
catch (ArgumentException e)
{
    thrown = true;
    Console.WriteLine($"without value_info: {e.Message}");
}

Console.WriteLine(taken && thrown ? "as seen" : "changed");
return taken && thrown ? 0 : 1;
CODE
dotnet run -v q
