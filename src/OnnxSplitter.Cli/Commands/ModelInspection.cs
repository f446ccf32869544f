using Google.Protobuf.Reflection;
using Onnx;
using OnnxSplitter.Cli.Results;
using OnnxSplitter.Cli.Terminal;
using OnnxSplitter.Gradients;
using OnnxSplitter.Hosting;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Secrets.Envelope;
using Spectre.Console;

namespace OnnxSplitter.Cli.Commands;

/// <summary>What <c>onnxsplit inspect</c> says of a model.</summary>
internal static class ModelInspection
{
    // More than tells text that holds secrets from other text.
    private const int BeginningLength = 256;

    // A DER sequence begins with this byte, and no ONNX model does: it would be a field that models don't have.
    private const int Sequence = 0x30;

    /// <summary>Whether a file is a secrets file.</summary>
    /// <exception cref="ModelFormatException">It can't be read.</exception>
    /// <exception cref="OnnxSplitter.Secrets.SecretsFileException">It is one that was written as text.</exception>
    public static bool IsSecrets(string path)
    {
        if (path == Streams.Standard) return true;
        InputOutput.Recover(path);
        var beginning = Beginning(path);
        SecretsEnvelope.RefuseText(beginning, path);
        return beginning is [Sequence, ..];
    }

    /// <summary>Prints a model's weight tensors and what a gradient reaches of them.</summary>
    public static void Run(string path, Streams streams, bool json)
    {
        using var file = Open(path);
        var result = Inspect(path, file);
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
        foreach (var line in LeftAloneText.Lines(file)) streams.Output.WriteLine(line);
        var reached = result.Weights.Where(weight => weight.Reached).ToArray();
        streams.Output.WriteLine($"A gradient reaches {reached.Length} of {result.Weights.Count} tensors, "
            + $"{Format.Count(reached.Sum(weight => weight.Count))} of "
            + $"{Format.Count(result.Weights.Sum(weight => weight.Count))} weights.");
    }

    private static InspectModelResult Inspect(string path, ModelFile file)
    {
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
            [.. file.Skipped.Select(tensor => new InspectSkipped(tensor.Path, tensor.Weights, tensor.Reason))],
            file.WeightCount);
    }

    private static ModelFile Open(string path)
    {
        try
        {
            return ModelFile.Open(path);
        }
        catch (ModelFormatException e) when (!e.IsOtherFormat
            && (Beginning(path) is not [var first, ..] || !MayBeginModel(first)))
        {
            throw new ModelFormatException($"{path} is neither a secrets file nor an ONNX model.",
                "Inspect sealed secrets (.p7m) or a model (.onnx); a report opens in a browser.", e);
        }
    }

    private static ReadOnlySpan<byte> Beginning(string path)
    {
        using var file = InputFile.Open(path);
        using var stream = file.OpenStream();
        var bytes = new byte[BeginningLength];
        return bytes.AsSpan(0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
    }

    /// <summary>Whether a byte is the first of a field that ONNX's models have, as protobuf writes it.</summary>
    private static bool MayBeginModel(int first) => ModelProto.Descriptor.Fields.InFieldNumberOrder().Any(field =>
    {
        var length = field.FieldType is FieldType.String or FieldType.Message;
        var tag = field.FieldNumber << 3 | (length ? 2 : 0);
        return first == (tag < 0x80 ? tag : tag & 0x7F | 0x80);
    });
}
