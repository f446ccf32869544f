using System.Security.Cryptography.X509Certificates;
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

    private ProtectionOptions Options(string data, Identity signer) =>
        new(TinyClassifier.Write(_folder["tiny.onnx"]), _folder["out.onnx"], _folder["out.p7m"], signer, [Key])
        {
            Data = new DataSettings { Calibration = data },
        };

    /// <summary>So many examples of the first class for each one of the others, one class after the other.</summary>
    private string Data(int share, params int[] classes)
    {
        const int Few = 40;
        var drawn = NumpyArchive.Read(TinyClassifier.WriteExamples(_folder["drawn.npz"], Few * share * 12));
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
