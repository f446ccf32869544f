using OnnxSplitter.Cli.Terminal;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Cli.Results;

/// <summary>What <c>protect --no-evaluation --json</c> prints.</summary>
internal sealed record UnmeasuredResult(
    string Model, string Output, IReadOnlyList<string> DataFiles, string Secrets, string Move,
    string Stealth, long WeightsChanged, long WeightsTotal, int TensorsChanged, long SecretsBytes, double Seconds,
    long PeakMemoryBytes, string Strategy, string? Rules, double? Share, long WeightsOfModel,
    IReadOnlyList<UnreachedTensor> Unreached)
{
    public static UnmeasuredResult Of(UnmeasuredReport report) => new(
        report.Model, report.Output, report.DataFiles, report.Secrets, report.Move.ToString().ToLowerInvariant(),
        report.Stealth.ToString().ToLowerInvariant(), report.WeightsChanged, report.WeightsTotal, report.TensorsChanged,
        report.SecretsBytes, report.Seconds, report.PeakMemoryBytes,
        report.Keyed is null ? "random" : "keyed", KeyedText.Rules(report.Keyed), report.Keyed?.Share,
        report.WeightsOfModel, report.Unreached);
}
