#!/usr/bin/env bash
# Microsoft.ML.OnnxRuntime 1.31.1 (NuGet), seen in November 2026 on Linux, x64; the model is made with OnnxSharp 0.3.2.
# `AddExternalInitializersFromFilesInMemory` (C API) gives a session the content of data files, so that they are
# not read from the disk. It holds for initializers of the main graph. One of a branch of an If is read from the file of
# that name all the same, without a word: a model gets some weights from memory and some from the disk.
# Seen: with 1 in the file and 2 in memory, the main graph's initializer is 2, and the branch's is 1.
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
using Kind = Onnx.AttributeProto.Types.AttributeType;
using Type = Onnx.TensorProto.Types.DataType;

TensorProto Outside(string name) => new()
{
    Name = name,
    DataType = (int)Type.Float,
    Dims = { 1 },
    DataLocation = TensorProto.Types.DataLocation.External,
    ExternalData = { new StringStringEntryProto { Key = "location", Value = "w.bin" } },
};

ValueInfoProto Port(string name, Type type) => new()
{
    Name = name,
    Type = new()
    {
        TensorType = new()
        {
            ElemType = (int)type,
            Shape = new() { Dim = { new TensorShapeProto.Types.Dimension { DimValue = 1 } } },
        },
    },
};

GraphProto Branch(string name) => new()
{
    Name = name,
    Initializer = { Outside($"{name}_w") },
    Node = { new NodeProto { OpType = "Identity", Input = { $"{name}_w" }, Output = { $"{name}_y" } } },
    Output = { Port($"{name}_y", Type.Float) },
};

var model = new ModelProto
{
    IrVersion = 8,
    OpsetImport = { new OperatorSetIdProto { Version = 17 } },
    Graph = new GraphProto
    {
        Name = "finding",
        Input = { Port("c", Type.Bool) },
        Output = { Port("main", Type.Float), Port("branch", Type.Float) },
        Initializer = { Outside("w") },
        Node =
        {
            new NodeProto { OpType = "Identity", Input = { "w" }, Output = { "main" } },
            new NodeProto
            {
                OpType = "If",
                Input = { "c" },
                Output = { "branch" },
                Attribute =
                {
                    new AttributeProto { Name = "then_branch", Type = Kind.Graph, G = Branch("yes") },
                    new AttributeProto { Name = "else_branch", Type = Kind.Graph, G = Branch("no") },
                },
            },
        },
    },
};
var folder = Directory.GetCurrentDirectory();
File.WriteAllBytes(Path.Combine(folder, "w.bin"), BitConverter.GetBytes(1f));
var memory = GC.AllocateArray<byte>(sizeof(float), pinned: true);
BitConverter.TryWriteBytes(memory, 2f);

using var options = new SessionOptions();
options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", folder);
Native.AddFile(options, "w.bin", memory);
using var session = new InferenceSession(model.ToByteArray(), options);
using var condition = OrtValue.CreateTensorValueFromMemory(new[] { true }, [1]);
using var run = new RunOptions();
using var outputs = session.Run(run, ["c"], [condition], ["main", "branch"]);
float[] values = [.. outputs.Select(output => output.GetTensorDataAsSpan<float>()[0])];
Console.WriteLine($"in the file 1, in memory 2; main graph {values[0]}, branch {values[1]}");
var asSeen = values is [2, 1];
Console.WriteLine(asSeen ? "as seen: the branch reads the file" : "changed");
return asSeen ? 0 : 1;

internal static unsafe class Native
{
    private delegate nint Add(nint options, nint* names, nint* buffers, nuint* lengths, nuint count);

    private delegate nint Get(uint version);

    [DllImport("onnxruntime")]
    private static extern nint OrtGetApiBase();

    public static void AddFile(SessionOptions options, string name, byte[] content)
    {
        var start = Marshal.PtrToStructure<OrtApiBase>(OrtGetApiBase());
        var api = Marshal.PtrToStructure<OrtApi>(Marshal.GetDelegateForFunctionPointer<Get>(start.GetApi)(23));
        var text = Marshal.StringToCoTaskMemUTF8(name);
        var address = Marshal.UnsafeAddrOfPinnedArrayElement(content, 0);
        var length = (nuint)content.Length;
        var status = Marshal.GetDelegateForFunctionPointer<Add>(api.AddExternalInitializersFromFilesInMemory)(
            options.DangerousGetHandle(), &text, &address, &length, 1);
        Marshal.FreeCoTaskMem(text);
        if (status != 0) throw new InvalidOperationException("the file was not taken");
    }
}
CODE
dotnet run -v q
