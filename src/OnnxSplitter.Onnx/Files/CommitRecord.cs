using System.Text.Json;
using System.Text.Json.Serialization;

namespace OnnxSplitter.Onnx.Files;

/// <summary>
/// What a commit is about to do in one folder, so that whoever comes after a kill can finish it. It holds names alone.
/// </summary>
/// <remarks>
/// One of a commit's folders has the head: from when that is there on, the commit is decided, since all content is on
/// the disk by then. A record without its head is of a commit that was not decided, or that is done.
/// </remarks>
/// <param name="Id">The commit's, 32 hexadecimal digits.</param>
/// <param name="Head">Full path of the folder that has the head; null in the head itself.</param>
/// <param name="Members">Full paths of the other folders, in the head alone.</param>
/// <param name="Steps">What gets its name in this folder.</param>
internal sealed partial record CommitRecord(
    [property: JsonRequired] string Id,
    string? Head,
    [property: JsonRequired] IReadOnlyList<string> Members,
    [property: JsonRequired] IReadOnlyList<CommitRecord.Step> Steps)
{
    /// <summary>The record's name in its folder.</summary>
    public const string Name = ".onnxsplitter-commit";

    /// <summary>Longest record that is written or read, bytes.</summary>
    public const int MaxLength = 4 << 20;

    private const int IdLength = 32;

    /// <summary>The bytes of a record.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Form.Default.CommitRecord);

    /// <summary>Reads a record.</summary>
    /// <param name="bytes">Anything.</param>
    /// <param name="folder">Full path of the folder that it lies in.</param>
    /// <returns>Null if it is not one that this class writes.</returns>
    public static CommitRecord? Parse(ReadOnlySpan<byte> bytes, string folder)
    {
        try
        {
            var record = JsonSerializer.Deserialize(bytes, Form.Default.CommitRecord);
            return record is { Id.Length: IdLength, Members: not null, Steps: not null }
                && record.Id.All(char.IsAsciiHexDigitLower)
                && (record.Head is null || (Path.IsPathFullyQualified(record.Head) && record.Members.Count == 0))
                && record.Members.All(member => member is not null && Path.IsPathFullyQualified(member))
                && record.Steps.All(step => step?.Target is not null && step.In(folder).IsOurs())
                    ? record : null;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>One name.</summary>
    /// <param name="Staged">See <see cref="StagedName"/>.</param>
    /// <param name="Target">See <see cref="StagedName"/>.</param>
    /// <param name="Replaces">Whether there was a file of that name, which goes.</param>
    public sealed record Step(string? Staged, [property: JsonRequired] string Target,
        [property: JsonRequired] bool Replaces)
    {
        /// <summary>The names in their folder.</summary>
        public StagedName In(string folder) => new(folder, Staged, Target, Path.Combine(folder, Target), Replaces);
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(CommitRecord))]
    private sealed partial class Form : JsonSerializerContext;
}
