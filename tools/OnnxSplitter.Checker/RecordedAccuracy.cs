using System.Text.Json;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Files;

namespace OnnxSplitter.Checker;

/// <summary>
/// The accuracy of the restored model in the report that <c>onnxsplit protect --report FILE.json</c> wrote.
/// </summary>
internal static class RecordedAccuracy
{
    private const int MaxLength = 64 * 1024 * 1024;

    /// <exception cref="ModelFormatException">It is no such report.</exception>
    public static double Read(string path)
    {
        var bytes = LimitedFile.Read(path, MaxLength, (message, e) =>
            new ModelFormatException(message, "Check the path of the report.", e));
        try
        {
            using var json = JsonDocument.Parse(bytes);
            return json.RootElement.GetProperty("measured").GetProperty("restored").GetDouble();
        }
        catch (Exception e) when (
            e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ModelFormatException($"{path} is not a report with the restored model's accuracy.",
                "Give the file that 'onnxsplit protect --report FILE.json' wrote.", e);
        }
    }
}
