using System.Text.Encodings.Web;
using System.Text.Json;
using OnnxSplitter.Onnx;

namespace OnnxSplitter.Checker;

/// <summary>Collects outcomes. Every check that there is gets one, even if it is that it did not run.</summary>
internal sealed class CheckList
{
    private static readonly CheckContext Context = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    });

    private readonly Dictionary<string, Check> _checks = new(StringComparer.Ordinal);
    private string? _ended;

    /// <summary>All checks, in the order in which one rests on another.</summary>
    public IReadOnlyList<Check> Checks =>
    [
        .. CheckNames.All.Select(name => _checks.GetValueOrDefault(name)
            ?? new Check(name, Outcome.NotRun, Unfinished is { } why ? $"the checks ended before it: {why}"
                : "a check that it rests on failed")),
    ];

    /// <summary>Whether every check was come to, all that ran passed, and there was one.</summary>
    public bool Ok => _ended is null && Count(Outcome.Failed) == 0 && Count(Outcome.Passed) > 0;

    // Of no check's own outcome.
    private string? Unfinished => Count(Outcome.Failed) == 0 ? _ended : null;

    public int Count(Outcome outcome) => _checks.Values.Count(check => check.Outcome == outcome);

    /// <summary>Says that the checks end before the last of them.</summary>
    public void End(string why) => _ended = why;

    /// <summary>Adds an outcome; later checks go on either way.</summary>
    public void Add(string name, bool ok, string detail) =>
        _checks.Add(name, new Check(name, ok ? Outcome.Passed : Outcome.Failed, detail));

    /// <summary>Says why checks do not run.</summary>
    public void Skip(string why, params ReadOnlySpan<string> names)
    {
        foreach (var name in names) _checks.Add(name, new Check(name, Outcome.NotRun, why));
    }

    /// <summary>Takes a step that later checks need: if it throws, that is its outcome, and the checks end.</summary>
    public T Step<T>(string name, Func<T> step, Func<T, string> detail)
    {
        var result = Try(name, step);
        Add(name, ok: true, detail(result));
        return result;
    }

    /// <summary>Takes a part of a step: if it throws, that is the step's outcome, and the checks end.</summary>
    public T Try<T>(string name, Func<T> part)
    {
        try
        {
            return part();
        }
        catch (OnnxSplitterException e)
        {
            Add(name, ok: false, e.Message);
            throw;
        }
    }

    /// <summary>Prints all outcomes, and the answer.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="json">As one object, without the answer in words.</param>
    /// <param name="remedy">What to give so that the worth that is left is measured; null where that was given.</param>
    public void Print(TextWriter output, bool json, string? remedy)
    {
        var (passed, failed) = (Count(Outcome.Passed), Count(Outcome.Failed));
        var notRun = CheckNames.All.Count - passed - failed;
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(
                new CheckResult(Ok, passed, failed, notRun, Checks), Context.CheckResult));
            return;
        }

        foreach (var check in Checks)
            output.WriteLine($"{Word(check.Outcome),-8}{check.Name}: {check.Detail}");
        output.WriteLine($"{passed} passed, {failed} failed, {notRun} did not run.");
        output.WriteLine(Unfinished is not null ? "There is no answer: the checks did not come to their end."
            : !Ok ? "The answer is no."
            : _checks.GetValueOrDefault(CheckNames.Worth) is { Outcome: Outcome.NotRun } worth
                ? "All checks that ran passed; what the model is still worth was not measured: "
                    + (remedy ?? worth.Detail.TrimEnd('.')) + "."
            : notRun > 0 ? "All checks that ran passed." : "All checks passed.");
    }

    private static string Word(Outcome outcome) => outcome switch
    {
        Outcome.Passed => "ok",
        Outcome.Failed => "FAILED",
        _ => "-",
    };
}
