using System.Text.Json;
using OnnxSplitter.Onnx;
using OnnxSplitter.Runtime;

namespace OnnxSplitter.GenAI;

/// <summary>What a <c>genai_config.json</c> asks of ONNX Runtime.</summary>
internal static class ConfigEntries
{
    private const string FileName = "genai_config.json";

    /// <summary>Refuses what is not allowed.</summary>
    /// <exception cref="UnsafeOptionsException">It asks for something that is not allowed.</exception>
    /// <exception cref="ModelFormatException">It can't be read.</exception>
    public static void Check(string folder, SessionWrites allowed)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            foreach (var options in Named(document.RootElement, "session_options"))
                RefusedOptions.Check(Entries(options), allowed);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new ModelFormatException($"{path} can't be read: {e.Message}", "Check the model's folder.", e);
        }
    }

    // GenAI hands on whatever it does not know itself. Options of providers get the names that entries have.
    private static IEnumerable<KeyValuePair<string, string>> Entries(JsonElement options) =>
        Texts(options, "").Concat(
            from list in Named(options, "provider_options")
            from provider in list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : default
            where provider.ValueKind == JsonValueKind.Object
            from named in provider.EnumerateObject()
            from entry in Texts(named.Value, $"ep.{named.Name}.")
            select entry);

    private static IEnumerable<KeyValuePair<string, string>> Texts(JsonElement element, string prefix) =>
        element.ValueKind != JsonValueKind.Object
            ? []
            : from property in element.EnumerateObject()
              where property.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array)
              select KeyValuePair.Create(prefix + property.Name, property.Value.ToString());

    private static IEnumerable<JsonElement> Named(JsonElement element, string name) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property =>
            property.NameEquals(name) ? [property.Value] : Named(property.Value, name)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(item => Named(item, name)),
        _ => [],
    };
}
