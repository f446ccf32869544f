using System.CommandLine;
using OnnxSplitter.Cli.Requests;
using OnnxSplitter.Cli.Results;
using OnnxSplitter.Cli.Terminal;
using OnnxSplitter.Data;
using OnnxSplitter.Hosting;
using OnnxSplitter.Hosting.CommandLine;
using OnnxSplitter.Protection.Images;

namespace OnnxSplitter.Cli.Commands;

/// <summary><c>onnxsplit evaluate</c>.</summary>
internal static class EvaluateCommand
{
    private static readonly CommandDefinition<EvaluateRequest> Definition = new(
        "evaluate", new EvaluateRequest(),
        new RowTable<EvaluateRequest>()
            .Value("MODEL.onnx", null, Kinds.Text, x => x.Model, (x, value) => x with { Model = value },
                "The model to measure.")
            .Value("--data", "PATH", Kinds.Text, x => x.Examples, (x, value) => x with { Examples = value },
                "Examples: a .npz file with one array per model input, and 'label'; a folder of ONNX's "
                + "test_data_set_N; or a "
                + "folder of images, a sub-folder a class.", required: true, property: "Calibration")
            .Value("--original", "MODEL.onnx", Kinds.OptionalText,
                x => x.Original, (x, value) => x with { Original = value },
                "The original model, whose answers stand for labels where the data has none, and for the truth where "
                + "outputs are no class scores.")
            .Include(DataRows.Measured, x => x.Data, (x, value) => x with { Data = value })
            .CustomOps(x => x.Sessions.CustomOps, (x, value) => x with { Sessions = new Sessions(value) })
            .Json(x => x.Json, (x, value) => x with { Json = value }),
        "Measures a model: its accuracy, balanced over the classes, or how far its outputs are from the original's.")
    {
        Examples = ["onnxsplit evaluate model.obfuscated.onnx --data test.npz --original model.onnx"],
    };

    public static Command Create(Streams streams) => Definition.Create((request, _) =>
    {
        var (signature, measured, data) = Evaluate(request);
        var accuracy = signature.Metric == Metric.Accuracy;
        var absent = signature.ClassesWithout(data);
        if (request.Json)
            ResultJson.Write(streams, new EvaluateResult(
                MeasureText.Id(signature.Metric), accuracy ? measured.Value : null, accuracy ? null : measured.Value,
                measured.StandardError, data.Count, absent.Count > 0 ? absent : null));
        else
            streams.Output.WriteLine($"{(accuracy ? "Balanced accuracy" : "Normalised error")} "
                + MeasureText.Value(signature.Metric, measured.Value, measured.StandardError)
                + $" on {data.Count} examples."
                + (absent.Count > 0 ? $" Classes without an example: {MeasureText.Classes(absent)}." : ""));
        return ExitCodes.Done;
    });

    private static (ModelSignature Signature, Measured Measured, Dataset Data) Evaluate(EvaluateRequest request)
    {
        var (path, dataPath, originalPath, settings) =
            (request.Model, request.Examples, request.Original, request.Data);
        InputOutput.CheckReadable(path);
        if (originalPath is not null) InputOutput.CheckReadable(originalPath);
        request.Sessions.Check();
        using var session = request.Sessions.Open(path);
        var outputs = ModelOutputs.Of(path);
        var output = outputs.Choose(session, settings.ModelOutput);
        var data = ExampleReader.Read(dataPath, ModelInput.Of(session), settings.Images, outputs.Classes(output));
        var signature = ModelSignature.Of(session, data, output, settings.Metric, settings.Embedding);
        using var model = new LoadedModel(session, signature);
        if (originalPath is not null && (data.Labels is null || signature.Metric == Metric.NormalizedError))
        {
            using var original = new LoadedModel(request.Sessions.Open(originalPath), signature);
            data = original.Answer(data);
        }
        else if (signature.Metric == Metric.NormalizedError)
        {
            throw new UsageException(
                $"Output '{signature.Output}' is measured by how far it is from the original's.",
                "Pass the original model with --original.");
        }
        else if (data.Labels is null)
        {
            throw new DataFormatException(
                $"{dataPath} has no labels, so there is no accuracy to measure."
                + (data.Unused.Count > 0 ? $" Not used: {string.Join(", ", data.Unused)}." : ""),
                $"Save the class numbers as '{Dataset.LabelName}' in it, or pass the original model with --original.");
        }

        signature.CheckLabels(data);
        var measured = model.Evaluate(data);
        return double.IsNaN(measured.Value)
            ? throw NoNumbers(signature, model.Outputs(data), data)
            : (signature, measured, data);
    }

    private static DataFormatException NoNumbers(ModelSignature signature, float[] outputs, Dataset data)
    {
        var broken = Enumerable.Range(0, data.Count).Count(i =>
            outputs.AsSpan(i * signature.Width, signature.Width)
                .ContainsAnyExceptInRange(float.MinValue, float.MaxValue));
        return new($"Output '{signature.Output}' holds values that are no numbers (NaN) or infinite, for {broken} of "
            + $"{data.Count} examples.", "Look for such values in the inputs; else the model itself makes them.");
    }
}
