using OnnxSplitter.Cli.Results;
using OnnxSplitter.Cli.Terminal;
using OnnxSplitter.Gradients;
using OnnxSplitter.Hosting;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Onnx.Models;
using Spectre.Console;

namespace OnnxSplitter.Cli.Commands;

/// <summary>What <c>onnxsplit inspect</c> says of a model.</summary>
internal static class ModelInspection
{
    // A DER sequence begins with this byte, and no ONNX model does: it would be a field that models don't have.
    private const int Sequence = 0x30;

    /// <summary>Whether a file is a secrets file, or is not there to say.</summary>
    public static bool IsSecrets(string path)
    {
        if (!File.Exists(path)) return true;
        using var file = InputFile.Open(path);
        using var stream = file.OpenStream();
        return stream.ReadByte() == Sequence;
    }

    /// <summary>Prints a model's weight tensors and what a gradient reaches of them.</summary>
    public static void Run(string path, Streams streams, bool json)
    {
        InputOutput.Recover(path);
        var result = Inspect(path);
        if (json)
        {
            ResultJson.Write(streams, result);
            return;
        }

        var table = new Table().AddColumns("tensor", "shape", "type", "op", "gradient");
        foreach (var weight in result.Weights)
        {
            table.AddRow(
                Consoles.Cell(weight.Path), new Text($"[{string.Join(", ", weight.Dims)}]"), new Text(weight.Type),
                Consoles.Cell(weight.Op), Consoles.Cell(weight.Reached ? "reaches it" : weight.Reason!));
        }

        Consoles.On(streams).Write(table);
        foreach (var skipped in result.Skipped)
            streams.Output.WriteLine($"Left alone: {Printable.Of(skipped.Path)}: {skipped.Reason}.");
        var reached = result.Weights.Where(weight => weight.Reached).ToArray();
        streams.Output.WriteLine($"A gradient reaches {reached.Length} of {result.Weights.Count} tensors, "
            + $"{Format.Count(reached.Sum(weight => weight.Count))} of "
            + $"{Format.Count(result.Weights.Sum(weight => weight.Count))} weights.");
    }

    private static InspectModelResult Inspect(string path)
    {
        using var file = ModelFile.Open(path);
        var reach = GradientReach.Of(file.Structure);
        return new InspectModelResult(
            path,
            file.Structure.IrVersion,
            file.Structure.OpsetImport.FirstOrDefault(import => import.Domain is "" or "ai.onnx")?.Version ?? 1,
            [
                .. file.Weights.Select(tensor =>
                {
                    var blocking = reach.BlockingNode(tensor.Path);
                    return new InspectWeight(tensor.Path, [.. tensor.Dims], tensor.Count,
                        tensor.Type.DataType.ToString().ToLowerInvariant(), tensor.Role.Op, blocking is null, blocking);
                }),
            ],
            [.. file.Skipped.Select(tensor => new InspectSkipped(tensor.Path, tensor.Reason))]);
    }
}
