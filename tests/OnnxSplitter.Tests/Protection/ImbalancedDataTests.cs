using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using OnnxSplitter.Data;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Tests.Protection;

/// <summary>Jobs on data that holds one class nearly alone, sorted by class.</summary>
public sealed class ImbalancedDataTests : IDisposable
{
    private static readonly X509Certificate2 Key = KeyFiles.Create("imbalance tests");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(99)]
    [InlineData(1)]
    public void A_model_is_brought_to_balanced_chance_whatever_the_shares_of_the_classes(int share)
    {
        using var signer = Identity.Of(Key);

        var report = ProtectionPipeline.Run(Options(Data(share, 0, 1), signer));

        Assert.True(report.TargetReached && report.Written, report.ToString());
        Assert.Equal(1, report.Original);
        Assert.InRange(report.Target, 0.505, 0.6);
        Assert.InRange(report.Obfuscated, 0, report.Target);
        Assert.InRange(report.ObfuscatedStandardError, 1e-4, 0.3);
    }

    [Fact]
    public void Data_of_one_class_is_refused()
    {
        using var signer = Identity.Of(Key);

        var refusal = Assert.Throws<DataFormatException>(() => ProtectionPipeline.Run(Options(Data(99, 0), signer)));

        Assert.Contains("one class", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Root, "out*"));
    }

    [Fact]
    public void A_few_examples_are_refused_and_as_many_as_are_asked_for_then_are_not()
    {
        using var signer = Identity.Of(Key);

        var refusal = Assert.Throws<DataFormatException>(() => ProtectionPipeline.Run(Options(Few(10), signer)));

        Assert.Contains("too few", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Root, "out*"));
        var asked = int.Parse(Regex.Match(refusal.Remedy, @"at least (\d+)").Groups[1].Value,
            CultureInfo.InvariantCulture);
        Assert.InRange(asked, 20, 200);
        Assert.Equal(1, ProtectionPipeline.Run(Options(Few(asked), signer)).Original);
    }

    [Fact]
    public void Classes_without_an_example_are_told_and_chance_is_that_of_the_others()
    {
        using var signer = Identity.Of(Key);

        var report = ProtectionPipeline.Run(Options(Data(1, 0, 3), signer));

        Assert.Equal([1, 2], report.ClassesWithoutExample);
        Assert.Equal(0.5, report.Details!.Chance);
    }

    private string Few(int count)
    {
        var path = TinyClassifier.WriteExamples(_folder[$"drawn {count}.npz"], count);
        var drawn = NumpyArchive.Read(path)["input"];
        using var model = LoadedModel.Open(TinyClassifier.Write(_folder["tiny.onnx"]));
        var labels = model.Predict(new Dataset(NumpyArchive.Read(path), Labels: null));
        return NumpyFile.Write(_folder[$"{count}.npz"], ("input", "<f4", drawn.Dims, drawn.Data),
            ("label", "<i8", [count], NumpyFile.Bytes(labels.Select(label => (long)label).ToArray())));
    }

    private ProtectionOptions Options(string data, Identity signer) =>
        new(TinyClassifier.Write(_folder["tiny.onnx"]), _folder["out.onnx"], _folder["out.p7m"], signer, [Key])
        {
            Data = new DataSettings { Calibration = data },
        };

    /// <summary>So many examples of the first class for each one of the others, one class after the other.</summary>
    private string Data(int share, params int[] classes)
    {
        const int Few = 40;

        // Of the rarest class one in a hundred.
        const int Drawn = Few * 99 * 12;
        var drawn = NumpyArchive.Read(TinyClassifier.WriteExamples(_folder["drawn.npz"], Drawn));
        using var model = LoadedModel.Open(TinyClassifier.Write(_folder["tiny.onnx"]));
        var predictions = model.Predict(new Dataset(drawn, Labels: null));
        int[] rows =
        [
            .. classes.SelectMany((label, i) => Enumerable.Range(0, predictions.Length)
                .Where(row => predictions[row] == label).Take(i == 0 ? Few * share : Few)),
        ];
        var picked = drawn["input"].Pick(rows);
        return NumpyFile.Write(_folder["data.npz"], ("input", "<f4", picked.Dims, picked.Data),
            ("label", "<i8", [rows.Length], NumpyFile.Bytes(rows.Select(row => (long)predictions[row]).ToArray())));
    }
}
