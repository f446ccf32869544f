using System.Diagnostics;
using Google.Protobuf;
using Onnx;

namespace OnnxSplitter.Tests.Cli;

/// <summary>
/// Models whose data files are named or measured with ill intent, one defect each (CVE-2022-25882, CVE-2024-27318,
/// CVE-2024-5187, CVE-2026-34447 and their kin): refused with exit code 3, fast, and nothing is written.
/// </summary>
public sealed class HostileDataFileTests : IDisposable
{
    private readonly ShippedSample _sample = new();

    [Theory]
    [InlineData("parent folder", "../outside.bin")]
    [InlineData("parent folder further down", "sub/../../outside.bin")]
    [InlineData("absolute", "/etc/passwd")]
    [InlineData("backslashes", "..\\outside.bin")]
    [InlineData("drive", "C:outside.bin")]
    [InlineData("symbolic link", "link.bin")]
    [InlineData("folder that is a symbolic link", "linked/outside.bin")]
    [InlineData("address in memory", "*/_ORT_MEM_ADDR_/*")]
    [InlineData("model itself", "model.onnx")]
    [InlineData("control character", "weights\0.bin")]
    [InlineData("nothing", "")]
    [InlineData("folder", "sub")]
    [InlineData("missing", "missing.bin")]
    [InlineData("negative offset", "weights.bin", "-16")]
    [InlineData("offset beyond the end", "weights.bin", "4096")]
    [InlineData("offset that overflows", "weights.bin", "9223372036854775807", "64")]
    [InlineData("offset too large for a number", "weights.bin", "18446744073709551616")]
    [InlineData("negative length", "weights.bin", "0", "-1")]
    [InlineData("length of another shape", "weights.bin", "0", "60")]
    [InlineData("length that overflows", "weights.bin", "64", "9223372036854775807")]
    [InlineData("dims that overflow", "weights.bin", "0", null, 1L << 62)]
    public void They_are_refused(string defect, string location, string? offset = null, string? length = null, long dim = 1)
    {
        var folder = Directory.CreateDirectory(_sample.Folder["hostile"]).FullName;
        Directory.CreateDirectory(Path.Combine(folder, "sub"));
        File.WriteAllBytes(_sample.Folder["outside.bin"], new byte[64]);
        File.WriteAllBytes(Path.Combine(folder, "weights.bin"), new byte[128]);
        File.CreateSymbolicLink(Path.Combine(folder, "link.bin"), _sample.Folder["outside.bin"]);
        Directory.CreateSymbolicLink(Path.Combine(folder, "linked"), _sample.Folder.Root);
        var tensor = new TensorProto
        {
            Name = "w",
            DataType = (int)TensorProto.Types.DataType.Float,
            Dims = { 16, dim },
            DataLocation = TensorProto.Types.DataLocation.External,
            ExternalData = { new StringStringEntryProto { Key = "location", Value = location } },
        };
        if (offset is not null) tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = offset });
        if (length is not null) tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = length });
        var model = Path.Combine(folder, "model.onnx");
        File.WriteAllBytes(model, new ModelProto
        {
            IrVersion = 8,
            Graph = new GraphProto
            {
                Name = "g",
                Initializer = { tensor },
                Node = { new NodeProto { OpType = "MatMul", Input = { "x", "w" }, Output = { "y" } } },
            },
        }.ToByteArray());

        var clock = Stopwatch.StartNew();
        _sample.AssertNothingNew(() => Transcript.Of([.. _sample.ProtectArguments(model), "--no-evaluation"]).Refused(3));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(1), $"{defect}: {clock.Elapsed}");
        Assert.Equal(new byte[64], File.ReadAllBytes(_sample.Folder["outside.bin"]));
    }

    public void Dispose() => _sample.Dispose();
}
