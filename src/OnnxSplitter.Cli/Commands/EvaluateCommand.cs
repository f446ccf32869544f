using System.CommandLine;
using OnnxSplitter.Cli.Results;
using OnnxSplitter.Cli.Terminal;
using OnnxSplitter.Hosting;
using OnnxSplitter.Protection.Data;
using OnnxSplitter.Protection.Execution;
using OnnxSplitter.Protection.Images;

namespace OnnxSplitter.Cli.Commands;

/// <summary><c>onnxsplit evaluate</c>.</summary>
internal static class EvaluateCommand
{
    public static Command Create(Streams streams)
    {
        var model = new Argument<string>("MODEL.onnx") { Description = "The model to measure." };
        var data = CommonOptions.Data("Examples: a .npz file with one array per model input, and 'label'; a folder of ONNX's test_data_set_N; or a folder "
            + "of images, a sub-folder a class.");
        data.Required = true;
        var original = new Option<string?>("--original")
        {
            Description = "The original model, whose answers stand for labels where the data has none, and for the truth where "
                + "outputs are no class scores.",
            HelpName = "MODEL.onnx",
        };
        var json = CommonOptions.Json();
        var inputs = new InputArguments();
        var command = new Command("evaluate", """
            Measures a model: its accuracy, or how far its outputs are from the original's.

            Example:
              onnxsplit evaluate model.obfuscated.onnx --data test.npz
            """)
        { model, data, original, json };
        inputs.AddDataTo(command);
        command.SetWork((parsed, _) =>
        {
            var (signature, value, count) = Evaluate(
                parsed.GetRequiredValue(model), parsed.GetRequiredValue(data)!, parsed.GetValue(original),
                inputs.Images(parsed), inputs.Output(parsed), inputs.Measure(parsed));
            if (parsed.GetValue(json))
                ResultJson.Write(streams, new EvaluateResult(MeasureText.Id(signature.Metric),
                    signature.Metric == Metric.Accuracy ? value : null,
                    signature.Metric == Metric.Accuracy ? null : value, count));
            else
                streams.Output.WriteLine(
                    $"{(signature.Metric == Metric.Accuracy ? "Accuracy" : "Normalised error")} "
                    + $"{MeasureText.Value(signature.Metric, value)} on {count} examples.");
            return ExitCodes.Done;
        });
        return command;
    }

    private static (ModelSignature Signature, double Value, int Count) Evaluate(
        string path, string dataPath, string? originalPath, ImageOptions images, string? output,
        Metric? measure)
    {
        InputOutput.CheckReadable(path);
        if (originalPath is not null) InputOutput.CheckReadable(originalPath);
        using var session = Sessions.Open(path);
        var data = ExampleReader.Read(dataPath, ModelInput.Of(session), images);
        var signature = ModelSignature.Of(session, data, output, measure);
        using var model = new LoadedModel(session, signature);
        if (originalPath is not null && (data.Labels is null || signature.Metric == Metric.NormalizedError))
        {
            using var original = LoadedModel.Open(originalPath, signature);
            data = original.Answer(data);
        }
        else if (signature.Metric == Metric.NormalizedError)
        {
            throw new UsageException(
                $"Output '{signature.Output}' is not class scores: it can only be compared with the original's.",
                "Pass the original model with --original.");
        }
        else if (data.Labels is null)
        {
            throw new DataFormatException(
                $"{dataPath} has no labels, so there is no accuracy to measure.",
                $"Save the class numbers as '{Dataset.LabelName}' in it, or pass the original model with --original.");
        }

        signature.CheckLabels(data);
        return (signature, model.Evaluate(data), data.Count);
    }
}
