using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using OnnxSplitter.Onnx;

namespace OnnxSplitter.Checker;

/// <summary>One check and its outcome.</summary>
internal sealed record Check(string Name, bool Ok, string Detail);

/// <summary>What <c>--json</c> prints.</summary>
internal sealed record CheckResult(bool Ok, IReadOnlyList<Check> Checks);

/// <summary>Collects outcomes in the order of the checks.</summary>
internal sealed class CheckList
{
    private static readonly CheckContext Context = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    });

    private readonly List<Check> _checks = [];

    public IReadOnlyList<Check> Checks => _checks;

    /// <summary>Whether every check passed, and there was one.</summary>
    public bool Ok => _checks.Count > 0 && _checks.TrueForAll(check => check.Ok);

    /// <summary>Adds an outcome; later checks go on either way.</summary>
    public void Add(string name, bool ok, string detail) => _checks.Add(new Check(name, ok, detail));

    /// <summary>Takes a step that later checks need: if it throws, that is its outcome, and the checks end.</summary>
    public T Step<T>(string name, Func<T> step, Func<T, string> detail)
    {
        try
        {
            var result = step();
            Add(name, ok: true, detail(result));
            return result;
        }
        catch (OnnxSplitterException e)
        {
            Add(name, ok: false, e.Message);
            throw;
        }
    }

    public void Print(TextWriter output, bool json)
    {
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(new CheckResult(Ok, _checks), Context.CheckResult));
            return;
        }

        foreach (var check in _checks)
            output.WriteLine($"{(check.Ok ? "ok    " : "FAILED")}  {check.Name}: {check.Detail}");
        output.WriteLine(Ok ? "All checks passed." : "The answer is no.");
    }
}

/// <summary>Generated serialisers.</summary>
[JsonSerializable(typeof(CheckResult))]
internal sealed partial class CheckContext : JsonSerializerContext;
