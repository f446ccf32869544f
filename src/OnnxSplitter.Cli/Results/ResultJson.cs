using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using OnnxSplitter.Hosting;

namespace OnnxSplitter.Cli.Results;

/// <summary>Prints a result as one JSON object.</summary>
internal static class ResultJson
{
    private static readonly ResultContext Context = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,

        // The output goes to a program or a terminal, not into a web page: letters and slashes stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    });

    /// <summary>The object, written out.</summary>
    public static string Text<T>(T result) => JsonSerializer.Serialize(result, typeof(T), Context);

    public static void Write<T>(Streams streams, T result) => streams.Output.WriteLine(Text(result));
}
