using System.Text.Json.Serialization;

namespace OnnxSplitter.Vectors.Keyed;

/// <summary>Generated serialisers.</summary>
[JsonSerializable(typeof(KeyedVector[]))]
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class KeyedVectorContext : JsonSerializerContext;
