using System.Globalization;
using OnnxSplitter.Benchmarks;
using OnnxSplitter.Benchmarks.Hosts;
using OnnxSplitter.Benchmarks.Secured;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Secrets.Keys;

// Usage: OnnxSplitter.Benchmarks [FOLDER [MODEL]] FOLDER holds NAME.onnx, DATA-calibration.npz and DATA-evaluation.npz;
// models that it lacks are left out, and said. With MODEL only that model's rows are run. Each row runs alone, then the
// random control with as many weights.
// or: OnnxSplitter.Benchmarks gradient MODEL.onnx DATA.npz What gradients of one model cost, beside PyTorch.
// or: OnnxSplitter.Benchmarks results FOLDER OUT.md [FILTER] The tables of what is left of all models, and of all
// strategies on them; goes on with what OUT.md lacks, of the rows whose name holds FILTER.
// or: OnnxSplitter.Benchmarks registry [FILTER] Published models, fetched by npm, protected and restored with no data
// given: what each needed, of those whose name holds FILTER.
// or: OnnxSplitter.Benchmarks attacks FOLDER OUT.md [FILTER [SECONDS|quick]] The table of what attacks bring back, of
// models that each strategy protected; goes on with what OUT.md lacks, of the rows whose beginning holds FILTER; takes
// about SECONDS for the attacks of one, without queries, or tries what is quick.
// or: OnnxSplitter.Benchmarks worth MODEL.onnx CALIBRATION.npz EVALUATION.npz MOVE... What is left of a model that was
// protected by each move, by every reading; accuracy:MOVE searches by the published measure.
// or: OnnxSplitter.Benchmarks large FOLDER [GB] Memory and time of the commands that never run a model, on one of 3 GB
// (or GB) that is made in FOLDER for the time.
// or: OnnxSplitter.Benchmarks hosts FOLDER [GB [ROUNDS [MODEL [FORMER]]]] What opening a protected model of 3 GB (or
// GB), made in FOLDER for the time, and MODEL, of one file, takes beside a plain open, 7 times (or ROUNDS); and with
// the OnnxSplitter.Runtime.dll of the folder FORMER.
// or: OnnxSplitter.Benchmarks keyed FOLDER [GB [ROUNDS]] What protecting, restoring and opening a model of 3 GB (or
// GB), made in FOLDER for the time, takes by a key, beside copying, encrypting and decrypting it; 3 times (or ROUNDS).
// or: OnnxSplitter.Benchmarks native LIBRARY FOLDER MODEL [GB [ROUNDS]] What opening takes through the published native
// library beside .NET, for MODEL, of one file, and a model of 1 GB (or GB) that is made in FOLDER for the time; 7 times
// (or ROUNDS).
// or: OnnxSplitter.Benchmarks secured MODEL [ROUNDS [PROGRAM]] What MODEL takes in a trusted process beside a session
// of the host's own, 7 times (or ROUNDS), with the published onnxsplit-secure at PROGRAM.
// or: OnnxSplitter.Benchmarks secured-layers MODEL [ROUNDS [PROGRAM]] The same where ever more layers of MODEL are
// corrected.
// or: OnnxSplitter.Benchmarks hosts-loop MODEL OPENS Opens a second of one process, and its memory after OPENS of
// them.
// or: OnnxSplitter.Benchmarks service REPOSITORY DEMO [SECONDS] The sample host under load, on what the demo has left
// in DEMO and on the plain model, for 30 seconds (or SECONDS) each; and its reloads under load.
// or: OnnxSplitter.Benchmarks house FOLDER [verbose] Figures of the architecture of the repository in FOLDER, which has
// been built.
// or: OnnxSplitter.Benchmarks former FOLDER SCRATCH GB [MODEL CALIBRATION EVALUATION] Seconds and memory of this build
// beside those of the one in FOLDER, in turns: the demo, protecting MODEL, restoring a model of GB that is made in
// SCRATCH.
// or: OnnxSplitter.Benchmarks former-searches FOLDER MODELS [FILTER [ROUNDS]] Searches by this build beside those by
// the one in FOLDER, in turns, 3 times (or ROUNDS), of the models in MODELS; those whose model and move hold FILTER.
if (args is ["house", var house, ..]) return HouseReport.Run(house, args.Contains("verbose"));
if (args is ["hosts-run", ..]) return HostRun.Run(args[1..]);
if (args is ["secured-run", var shipped, var socket]) return SecuredHost.Run(shipped, socket);
if (args is ["secured" or "secured-layers", var secured, ..])
    return SecuredBenchmark.Run(secured, int.Parse(args.ElementAtOrDefault(2) ?? "7", CultureInfo.InvariantCulture),
        args.ElementAtOrDefault(3), args[0] == "secured" ? SecuredCase.Modes : SecuredCase.Growing);
if (args is ["native-run", ..]) return NativeRun.Run(args[1..]);
if (args is ["native", var library, var made, var single, ..])
    return NativeBenchmark.Run(library, made, single,
        double.Parse(args.ElementAtOrDefault(4) ?? "1", CultureInfo.InvariantCulture),
        int.Parse(args.ElementAtOrDefault(5) ?? "7", CultureInfo.InvariantCulture));
if (args is ["hosts-loop", var again, var opens])
    return HostLoop.Run(again, int.Parse(opens, CultureInfo.InvariantCulture));
if (args is ["service", var repository, var demo, ..])
    return await ServiceBenchmark.RunAsync(
        repository, demo, double.Parse(args.ElementAtOrDefault(3) ?? "30", CultureInfo.InvariantCulture));
if (args is ["hosts", var hosts, ..])
    return HostBenchmark.Run(hosts, double.Parse(args.ElementAtOrDefault(2) ?? "3", CultureInfo.InvariantCulture),
        int.Parse(args.ElementAtOrDefault(3) ?? "7", CultureInfo.InvariantCulture), args.ElementAtOrDefault(4),
        args.ElementAtOrDefault(5));
if (args is ["keyed", var keyed, ..])
    return KeyedBenchmark.Run(keyed, double.Parse(args.ElementAtOrDefault(2) ?? "3", CultureInfo.InvariantCulture),
        int.Parse(args.ElementAtOrDefault(3) ?? "3", CultureInfo.InvariantCulture), Console.Out);
if (args is ["former", var former, var room, var size, ..])
    return FormerBenchmark.Run(former, room, double.Parse(size, CultureInfo.InvariantCulture), args[4..]);
if (args is ["former-searches", var begun, var searched, ..])
    return FormerSearches.Run(begun, searched, args.ElementAtOrDefault(3) ?? "",
        int.Parse(args.ElementAtOrDefault(4) ?? "3", CultureInfo.InvariantCulture));
if (args is ["gradient", var model, var data]) return GradientBenchmark.Run(model, data);
if (args is ["registry", ..]) return RegistryTable.Run(args.ElementAtOrDefault(1) ?? "");
if (args is ["large", var place, ..])
    return LargeBenchmark.Run(place, double.Parse(args.ElementAtOrDefault(2) ?? "3", CultureInfo.InvariantCulture));
var folder = args.Length > 0 ? args[0] : "models";
var only = args.Length > 1 ? args[1] : null;
var scratch = Directory.CreateTempSubdirectory("onnxsplitter-benchmarks-").FullName;
using var certificate = KeyFiles.Create("benchmarks");
using var key = Identity.Of(certificate);
if (args is ["worth", var protectedModel, var calibration, var evaluation, ..])
{
    WorthBenchmark.Run(Job(protectedModel, "") with
    {
        Data = new DataSettings { Calibration = calibration, Evaluation = evaluation },
    }, args[4..]);
    return 0;
}

if (args is ["attacks", var attacked, var found, ..])
{
    try
    {
        return AttackBenchmark.Run(
            attacked, found, args.ElementAtOrDefault(3) ?? "", args.ElementAtOrDefault(4), Job);
    }
    finally
    {
        Directory.Delete(scratch, recursive: true);
    }
}

if (args is ["results", var zoo, var table, ..])
{
    try
    {
        new ResultsTable(table).Complete(zoo, args.ElementAtOrDefault(3) ?? "", Job);
        return 0;
    }
    finally
    {
        Directory.Delete(scratch, recursive: true);
    }
}

Console.WriteLine(
    $"OnnxSplitter {typeof(ProtectionPipeline).Assembly.GetName().Version}, "
    + $"{Environment.ProcessorCount} processors, seed 0");
Console.WriteLine();
Console.WriteLine(
    "| model | move | original | obfuscated | restored | weights | secrets | seconds | peak MB | random, as many "
    + "| goals |");
Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
try
{
    foreach (var row in BenchmarkCase.All)
    {
        if (only is not null && row.Model != only) continue;
        if (File.Exists(row.Path(folder))) Run(row);
        else Console.WriteLine($"| {row.Model} | {row.Move} | not in {folder} | | | | | | | | |");
    }
}
finally
{
    Directory.Delete(scratch, recursive: true);
}

return 0;

void Run(BenchmarkCase row)
{
    var options =
        Job(row.Path(folder),
        row.DataPath(folder)) with
        {
            Search =
        new SearchSettings
        {
            Move = row.Move,
            TargetAccuracy = row.MostAccuracy,

            // The goals are of published work, which lets every value show.
            Stealth = StealthKind.Off,
        }
        };
    var report = ProtectionPipeline.Run(options);
    var random =
        ProtectionPipeline.Run(options with
        {
            Search =
        options.Search with { Strategy = StrategyKind.Random, MaxWeights = (int)report.WeightsChanged }
        });
    var met = report.WeightsChanged <= row.MostWeights && report.Obfuscated <= row.MostAccuracy
        && report.Restored.Equals(report.Original)
        && random.Original - random.Obfuscated < 0.05
        && !(report.Seconds > row.MostSeconds);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"| {row.Model} | {row.Move} | {report.Original:p2} | {report.Obfuscated:p2} | "
        + $"{report.Restored:p2} | {report.WeightsChanged} | {report.SecretsBytes} | {report.Seconds:f1} | "
        + $"{report.PeakMemoryBytes >> 20} | {random.Obfuscated:p2} | {(met ? "met" : "not met")} "
        + $"(weights {row.MostWeights}, {row.MostAccuracy:p1}, "
        + $"{row.MostSeconds?.ToString(CultureInfo.InvariantCulture) ?? "any"} s) |"));
}

ProtectionOptions Job(string path, string examples) => new(
    path, Path.Combine(scratch, "out.onnx"), Path.Combine(scratch, "out.p7m"), key, [certificate])
{
    Data = new DataSettings { Calibration = $"{examples}-calibration.npz", Evaluation = $"{examples}-evaluation.npz" },
    AcceptBest = true,
    Force = true,
};
