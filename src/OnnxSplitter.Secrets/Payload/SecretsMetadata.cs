using System.Globalization;
using Google.Protobuf.Collections;
using Onnx;

namespace OnnxSplitter.Secrets.Payload;

/// <summary>The <c>metadata_props</c> of a payload: everything but the tensors.</summary>
internal sealed record SecretsMetadata(
    PayloadFormat Format, string Strategy, string ToolVersion, DateTimeOffset Created,
    IReadOnlyList<ProtectedFile> Files)
{
    private const string Prefix = "onnxsplitter.";
    private const string CreatedFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    private const int EntriesPerFile = 4;

    /// <summary>Entries that stand once.</summary>
    public const int GeneralEntries = 4;

    /// <summary>Entries of each file, of compact secrets.</summary>
    public const int MostEntriesPerFile = 5;

    /// <summary>Adds the entries to a model that is being written.</summary>
    public void Write(WireMessage model)
    {
        Add("format", ((int)Format).ToString(CultureInfo.InvariantCulture));
        Add("strategy", Strategy);
        Add("version", ToolVersion);
        Add("created", Created.ToString(CreatedFormat, CultureInfo.InvariantCulture));
        for (var i = 0; i < Files.Count; i++)
        {
            Add($"file.{i}.name", Files[i].Name);
            Add($"file.{i}.length", Files[i].Length.ToString(CultureInfo.InvariantCulture));
            Add($"file.{i}.sha256.obfuscated", Convert.ToHexStringLower(Files[i].Sha256Obfuscated));
            if (Format == PayloadFormat.Compact)
                Add($"file.{i}.sha256.restored", Convert.ToHexStringLower(Files[i].Sha256Restored));
            Add($"file.{i}.sha256.original", Convert.ToHexStringLower(Files[i].Sha256Original));
        }

        void Add(string key, string value) => model.Message(
            ModelProto.MetadataPropsFieldNumber,
            new WireMessage()
                .Text(StringStringEntryProto.KeyFieldNumber, Prefix + key)
                .Text(StringStringEntryProto.ValueFieldNumber, value));
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="ArgumentException">A key is missing, repeated or unknown, or a value out of range.</exception>
    /// <exception cref="FormatException">A value is malformed.</exception>
    public static SecretsMetadata Read(RepeatedField<StringStringEntryProto> entries)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in entries) values.Add(entry.Key, entry.Value);
        var format = (PayloadFormat)int.Parse(Take("format"), NumberStyles.None, CultureInfo.InvariantCulture);
        var compact = format == PayloadFormat.Compact;
        var (count, rest) = Math.DivRem(values.Count - GeneralEntries, compact ? MostEntriesPerFile : EntriesPerFile);
        if (rest != 0 || !Enum.IsDefined(format))
            throw new FormatException("The metadata is of another format.");

        // As many files as there are entries for: every key that is asked for exists once, so none is left over.
        var files = new List<ProtectedFile>();
        for (var i = 0; i < count; i++)
        {
            var original = Digest($"file.{i}.sha256.original");
            files.Add(new ProtectedFile(
                Take($"file.{i}.name"),
                long.Parse(Take($"file.{i}.length"), NumberStyles.None, CultureInfo.InvariantCulture),
                Digest($"file.{i}.sha256.obfuscated"),
                compact ? Digest($"file.{i}.sha256.restored") : original,
                original));
        }

        var created = DateTimeOffset.ParseExact(
            Take("created"), CreatedFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        return new SecretsMetadata(format, Take("strategy"), Take("version"), created, files);

        byte[] Digest(string key) => Convert.FromHexString(Take(key));

        string Take(string key) => values.TryGetValue(Prefix + key, out var value)
            ? value
            : throw new ArgumentException($"{Prefix}{key} is missing.", nameof(entries));
    }
}
