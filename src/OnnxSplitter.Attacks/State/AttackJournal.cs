using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OnnxSplitter.Attacks.Setting;
using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Protection.Images;

namespace OnnxSplitter.Attacks.State;

/// <summary>
/// Results that are kept from attack to attack, so that a long run can stop and go on. There is nothing secret in them.
/// </summary>
internal sealed class AttackJournal
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    private readonly string? _path;
    private readonly JournalContent _content;

    private AttackJournal(string? path, JournalContent content) => (_path, _content) = (path, content);

    /// <summary>Opens what is there, or begins.</summary>
    /// <exception cref="AttackOptionsException">It is of other models, data or options, or can't be read.</exception>
    public static AttackJournal Open(AttackOptions options)
    {
        if (options.State is not { } path) return new AttackJournal(null, new JournalContent("", []));
        var fingerprint = Fingerprint(options);
        if (!File.Exists(path)) return new AttackJournal(path, new JournalContent(fingerprint, []));
        try
        {
            var content = JsonSerializer.Deserialize<JournalContent>(File.ReadAllBytes(path));
            if (content is { Entries: not null } && content.Fingerprint == fingerprint)
                return new AttackJournal(path, content);
        }
        catch (JsonException e)
        {
            throw new AttackOptionsException($"{path} is no state of attacks: {e.Message}", "Name another file.");
        }

        throw new AttackOptionsException(
            $"{path} is the state of a run with other models, data or options.",
            "Run with the same ones, or remove it.");
    }

    /// <summary>What a run came to before; null if it did not end.</summary>
    public JournalEntry? Find(PlannedAttack run) =>
        _content.Entries.FirstOrDefault(entry => entry.Run == run.ToString());

    /// <summary>Keeps what a run came to.</summary>
    /// <param name="run">The run.</param>
    /// <param name="result">Null where it did not apply.</param>
    public void Add(PlannedAttack run, AttackResult? result)
    {
        if (_path is null) return;
        _content.Entries.Add(new JournalEntry(run.ToString(), result is null ? [] : [result]));
        using var files = new FileCommit();
        files.Add(_path, overwrite: true).Write(JsonSerializer.SerializeToUtf8Bytes(_content, Json));
        files.Commit();
    }

    private static string Fingerprint(AttackOptions options)
    {
        var text = new StringBuilder();
        foreach (var path in new[] { options.Obfuscated, options.Public, options.Original })
            text.Append(path is null ? "none" : Convert.ToHexString(ModelFile.Digest(path))).Append('\n');
        foreach (var path in new[] { options.Examples, options.Evaluation })
            text.Append(path is null ? "none" : Convert.ToHexString(ExampleReader.Digest(path))).Append('\n');
        text.Append(string.Join(',', options.Labels)).Append(';').Append(string.Join(',', options.Queries ?? [-1]))
            .Append(';').Append(options.Quick).Append(options.Budget).Append(options.Seed).Append(options.ModelOutput);
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
