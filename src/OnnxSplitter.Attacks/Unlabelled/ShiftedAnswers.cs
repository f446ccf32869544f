using MathNet.Numerics.LinearAlgebra.Double;
using OnnxSplitter.Attacks.Networks;
using OnnxSplitter.Attacks.Setting;
using OnnxSplitter.Data;
using OnnxSplitter.Worth.Readouts;

namespace OnnxSplitter.Attacks.Unlabelled;

/// <summary>
/// Constants, and scales, for each class's score, such that all classes are answered as often as they occur.
/// </summary>
internal static class ShiftedAnswers
{
    /// <summary>Tries both.</summary>
    public static Attempt? Run(AttackSetting setting)
    {
        var obfuscated = new TrainedNetwork(setting.Obfuscated);
        var asked = Matrix(setting, obfuscated, setting.Asked);
        return Fits(setting, obfuscated).Select(fit => setting.Judge(
            fit.How, Answers(fit.Shift.Apply(asked)))).MaxBy(attempt => attempt.Accuracy.Value);
    }

    /// <summary>The thief's examples with such answers as labels.</summary>
    public static Dataset Labelled(AttackSetting setting, TrainedNetwork network)
    {
        var known = Matrix(setting, network, setting.Known);
        return setting.Known with { Labels = Answers(Fits(setting, network)[^1].Shift.Apply(known)) };
    }

    private static (string How, ClassShift Shift)[] Fits(AttackSetting setting, TrainedNetwork network)
    {
        var known = Matrix(setting, network, setting.Known);
        double[] shares = [.. Enumerable.Repeat(1.0 / setting.Networks.Classes, setting.Networks.Classes)];
        return
        [
            ("constants for all classes", ClassShift.Fit(known, shares, scaled: false)),
            ("constants and scales for all classes", ClassShift.Fit(known, shares, scaled: true)),
        ];
    }

    private static DenseMatrix Matrix(AttackSetting setting, TrainedNetwork network, Dataset data)
    {
        setting.Count(data.Count);
        var scores = setting.Networks.Scores(network, data);
        var classes = setting.Networks.Classes;
        return DenseMatrix.Create(data.Count, classes, (row, column) =>
            double.IsFinite(scores[row * classes + column]) ? scores[row * classes + column] : 0);
    }

    private static int[] Answers(DenseMatrix scores) =>
        [.. scores.EnumerateRows().Select(row => row.MaximumIndex())];
}
