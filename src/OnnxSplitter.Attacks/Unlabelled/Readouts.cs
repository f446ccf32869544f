using OnnxSplitter.Attacks.Setting;
using OnnxSplitter.Attacks.Training;
using OnnxSplitter.Data;
using OnnxSplitter.Worth.Readings;

namespace OnnxSplitter.Attacks.Unlabelled;

/// <summary>
/// Logistic readouts of the outputs, of activations at places inside, and, as a control, of the inputs.
/// </summary>
internal static class Readouts
{
    /// <summary>Fits a readout of all outputs and places, and takes the best.</summary>
    public static Attempt? OfModel(AttackSetting setting, ThiefData data) =>
        Best(setting, data, reading => (reading.Name, new Measured(reading.Value, reading.StandardError)));

    /// <summary>Fits a readout of the inputs alone.</summary>
    public static Attempt? OfInputs(AttackSetting setting, ThiefData data) =>
        Best(setting, data, reading => ("a logistic readout of the inputs", new Measured(reading.Control, 0)));

    private static Attempt? Best(
        AttackSetting setting, ThiefData data, Func<Reading, (string How, Measured Accuracy)> pick)
    {
        var path = setting.Network.File.FilePath;
        using var opened = setting.Original is null ? LoadedModel.Open(path, setting.Network.Signature) : null;
        var meter = new WorthMeter(
            setting.Network.File, setting.Original ?? opened!, data.All, setting.Asked, setting.Sessions);
        setting.Count(data.Count + setting.Asked.Count);
        var left = meter.Measure(path);
        return left.Outputs.SelectMany(output => output.Readings).Concat(left.Inner)
            .Where(reading => reading.Labels > 0).Select(pick)
            .Select(one => new Attempt(one.How, one.Accuracy, null))
            .OrderByDescending(attempt => attempt.Accuracy.Value).FirstOrDefault();
    }
}
