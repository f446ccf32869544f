using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Output;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Tests.Secrets;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Protection;

/// <summary>A job's files get their names together; what is measured and resumed is what was asked for.</summary>
public sealed class JobCommitTests : IDisposable
{
    private static readonly X509Certificate2 Key = TestKeys.Signer;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void If_a_report_cannot_get_its_name_the_old_pair_stays_a_pair()
    {
        var options = Options() with { Force = true };
        ProtectionPipeline.Run(options);
        var before = Digests(options);

        // A folder takes the name at the last moment.
        Assert.Throws<OutputExistsException>(() => ProtectionPipeline.Run(
            options with { Search = options.Search with { Seed = 1 } }, stage: (_, files) =>
            {
                files.Add(_folder["report.json"], overwrite: true).Write("{}"u8.ToArray());
                Directory.CreateDirectory(_folder["report.json"]);
            }));

        Assert.Equal(before, Digests(options));
        Assert.DoesNotContain(
            Directory.GetFiles(_folder.Root), path => path.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public void If_the_report_fails_nothing_is_written()
    {
        var options = Options();
        var before = Directory.GetFileSystemEntries(_folder.Root);

        Assert.Throws<InvalidOperationException>(
            () => ProtectionPipeline.Run(options, stage: (_, _) => throw new InvalidOperationException()));

        Assert.Equal(before, Directory.GetFileSystemEntries(_folder.Root));
    }

    [Fact]
    public void A_report_gets_its_name_with_the_model_and_the_state_goes()
    {
        var options = Options() with { State = _folder["tiny.state"] };

        ProtectionPipeline.Run(options, stage: (_, files) =>
        {
            files.Add(_folder["report.json"], overwrite: false).Write("{}"u8.ToArray());
            Assert.False(File.Exists(options.Output));
        });

        Assert.True(File.Exists(options.Output) && File.Exists(options.Secrets) && File.Exists(_folder["report.json"]));
        Assert.False(File.Exists(options.State));
    }

    [Fact]
    public void A_copy_that_would_not_give_the_original_back_gets_no_name()
    {
        var options = Options();
        using var file = ModelFile.Open(options.Model);
        var tensor = file.Weights[0];
        using var stream = file.OpenPart("");
        var original = WeightPatcher.Read(stream, tensor, 3);
        var before = Directory.GetFileSystemEntries(_folder.Root);

        Assert.Throws<RestoreCheckException>(() => ObfuscatedOutput.Write(
            options, new OutputTarget(options.Output, options.Secrets, options.Recipients), file,
            [new WeightChange(tensor, 3, original ^ 1, original ^ 2)], verify: true));

        Assert.Equal(before, Directory.GetFileSystemEntries(_folder.Root));
    }

    [Fact]
    public void A_resumed_search_with_a_smaller_budget_keeps_it()
    {
        var options = Options() with { State = _folder["tiny.state"] };
        options = options with
        {
            Search = options.Search with { Move = MoveKind.Sign, TargetAccuracy = 0, MaxWeights = 12 },
        };
        var first = ProtectionPipeline.Run(options);
        Assert.Equal((false, false), (first.TargetReached, first.Written));
        Assert.InRange(first.WeightsChanged, 5, 12);

        var second = ProtectionPipeline.Run(options with
        {
            Resume = true,
            AcceptBest = true,
            Search = options.Search with { MaxWeights = 4 },
        });

        Assert.InRange(second.WeightsChanged, 1, 4);
        using var secrets = SecretsEnvelope.Open(SecretsEnvelope.ReadFile(options.Secrets), Key, Key);
        Assert.InRange(secrets.Tensors.Sum(tensor => tensor.Indices.Length), 1, 4);
    }

    [Theory]
    [InlineData(StrategyKind.Gradient)]
    [InlineData(StrategyKind.Random)]
    public void A_model_of_a_fixed_batch_larger_than_a_sample_is_measured_on_whole_batches(StrategyKind strategy)
    {
        var options = Options() with
        {
            Model = new SmallModel().Input("x", DataType.Float, 300, 16).Output("y", DataType.Float, 300, 4)
                .Weights("first", 16, 24).Weights("second", 24, 4)
                .Node("MatMul", ["x", "first"], "sums").Node("Relu", ["sums"], "lit")
                .Node("MatMul", ["lit", "second"], "y").Write(_folder["fixed.onnx"]),
            Data = new DataSettings(),
            Search = new SearchSettings { Strategy = strategy, MaxWeights = 40, TargetAccuracy = 0.6 },
            AcceptBest = true,
        };

        var report = ProtectionPipeline.Run(options);

        Assert.True(report.Written, report.ToString());
        Assert.InRange(report.WeightsChanged, 1, 40);
        Assert.Equal((1.0, 1.0), (report.Original, report.Restored));
        if (strategy == StrategyKind.Gradient) Assert.True(report.TargetReached, report.ToString());
    }

    [Fact]
    public void Data_of_fewer_examples_than_a_run_takes_is_refused()
    {
        var model = new SmallModel().Input("x", DataType.Float, 50, 16).Output("y", DataType.Float, 50, 4)
            .Weights("w", 16, 4).Node("MatMul", ["x", "w"], "y").Write(_folder["fixed.onnx"]);

        // Two thirds of 60 are 40.
        var options = Options() with
        {
            Model = model,
            Data = new DataSettings { Calibration = TinyClassifier.WriteExamples(_folder["few.npz"], 60) },
        };

        Assert.Throws<DataFormatException>(() => ProtectionPipeline.Run(options));
        Assert.False(File.Exists(options.Output));
    }

    [Fact]
    public void No_examples_have_no_score()
    {
        var data = Dataset.Read(TinyClassifier.WriteExamples(_folder["tiny.npz"], 4),
            [new ModelInput("input", Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float, [-1, 16], ["n", ""])]);
        Assert.Throws<ArgumentOutOfRangeException>(() => data.First(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Pick([]));
    }

    [Theory]
    [InlineData(typeof(NotSupportedException))]
    [InlineData(typeof(NotImplementedException))]
    [InlineData(typeof(CryptographicException))]
    [InlineData(typeof(InvalidOperationException))]
    public void A_key_of_one_operation_signs_and_keeps_no_state(Type refusal)
    {
        var key = new OneOperationKey(Key.GetRSAPrivateKey()!, (Exception)Activator.CreateInstance(refusal)!);
        using var signer = new Identity(X509CertificateLoader.LoadCertificate(Key.RawData), key);
        var options = Options() with { Signer = signer, State = _folder["tiny.state"] };
        using var plan = JobPlan.Of(options);

        var report = ProtectionPipeline.Run(plan);

        Assert.False(plan.KeepsState);
        Assert.True(report.Written, report.ToString());
        Assert.False(File.Exists(options.State));
    }

    private ProtectionOptions Options() => new(
        TinyClassifier.Write(_folder["tiny.onnx"]), _folder["out.onnx"], _folder["out.p7m"], Identity.Of(Key), [Key])
    {
        Data = new DataSettings { Calibration = TinyClassifier.WriteExamples(_folder["tiny.npz"], 96) },
        Search = new SearchSettings { MaxWeights = 40, TargetAccuracy = 0.5 },
    };

    private static string[] Digests(ProtectionOptions options) =>
        [.. new[] { options.Output, options.Secrets }.Select(
            path => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))))];
}
