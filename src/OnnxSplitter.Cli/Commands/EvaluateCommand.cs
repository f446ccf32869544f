using System.CommandLine;
using OnnxSplitter.Cli.Hosting;
using OnnxSplitter.Cli.Results;
using OnnxSplitter.Cli.Terminal;
using OnnxSplitter.Protection.Data;
using OnnxSplitter.Protection.Execution;

namespace OnnxSplitter.Cli.Commands;

/// <summary><c>onnxsplit evaluate</c>.</summary>
internal static class EvaluateCommand
{
    public static Command Create(Streams streams)
    {
        var model = new Argument<string>("MODEL.onnx") { Description = "A classifier." };
        var data = CommonOptions.Data("Examples: one array per model input, and 'label'.");
        data.Required = true;
        var json = CommonOptions.Json();
        var command = new Command("evaluate", """
            Measures a classifier's accuracy.

            Example:
              onnxsplit evaluate model.obfuscated.onnx --data test.npz
            """)
        { model, data, json };
        command.SetWork((parsed, _) =>
        {
            var result = Evaluate(parsed.GetRequiredValue(model), parsed.GetRequiredValue(data)!);
            if (parsed.GetValue(json)) ResultJson.Write(streams, result);
            else streams.Output.WriteLine($"Accuracy {Format.Percent(result.Accuracy)} on {result.Count} examples.");
            return ExitCodes.Done;
        });
        return command;
    }

    private static EvaluateResult Evaluate(string model, string data)
    {
        InputOutput.CheckReadable(model);
        using var classifier = Classifier.Open(model);
        var examples = Dataset.Read(data, classifier.Signature);
        if (examples.Labels is null)
            throw new DataFormatException(
                $"{data} has no labels, so there is no accuracy to measure.",
                $"Save the class numbers as '{Dataset.LabelName}' in it.");
        return new EvaluateResult(classifier.Accuracy(examples), examples.Count);
    }
}
