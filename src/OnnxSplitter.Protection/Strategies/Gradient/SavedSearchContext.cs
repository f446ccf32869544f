using System.Text.Json.Serialization;

namespace OnnxSplitter.Protection.Strategies.Gradient;

/// <summary>Generated serialisers: numbers read back are the very same.</summary>
[JsonSerializable(typeof(SavedSearch))]
internal sealed partial class SavedSearchContext : JsonSerializerContext;
