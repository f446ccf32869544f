using Google.Protobuf;
using Onnx;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Keyed;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keyed;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Tests.Classical;
using OnnxSplitter.Tests.Protection;
using OnnxSplitter.Tests.Secrets;

namespace OnnxSplitter.Tests.Keyed;

/// <summary>Whole jobs whose weights a key changes.</summary>
public sealed class KeyedJobTests : IDisposable
{
    private static readonly ElementType[] Quantised = [ElementType.Int8, ElementType.UInt8];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(KeyedRules.Sign)]
    [InlineData(KeyedRules.Mantissa)]
    [InlineData(KeyedRules.Shuffle)]
    [InlineData(KeyedRules.Mantissa | KeyedRules.Shuffle)]
    public void Kernels_and_matrices_change_and_come_back_and_nothing_else_does(KeyedRules rules)
    {
        var options = Options(Repository.Model("resnet20-fmnist-bn.onnx"), new() { Rules = rules });
        var report = UnmeasuredProtection.Run(options, TestContext.Current.CancellationToken);

        Assert.Equal(1, report.Keyed!.Share);
        Assert.Equal(report.WeightsTotal, report.WeightsChanged);
        using var original = ModelFile.Open(options.Model);
        using var shipped = ModelFile.Open(options.Output);
        foreach (var (before, after) in original.Weights.Zip(shipped.Weights))
        {
            var same = Bytes(original, before).AsSpan().SequenceEqual(Bytes(shipped, after));
            Assert.True(same == (before.Dims.Count < 2), before.Path);
        }

        AssertRestored(options);
    }

    [Fact]
    public void A_classifier_loses_its_worth_by_it_and_the_job_says_so()
    {
        var options = Options(Repository.Model("resnet20-fmnist.onnx"), new()) with
        {
            Data = new DataSettings
            {
                Calibration = Examples.Calibration(384),
                Evaluation = Examples.Evaluation(300),
            },
        };
        var report = ProtectionPipeline.Run(options);

        Assert.True(report.TargetReached && report.Written);
        Assert.InRange(report.Obfuscated, 0, 0.25);
        Assert.Equal(report.Original, report.Restored);
        Assert.NotNull(report.Worth);
        Assert.All(report.Details!.Tensors, tensor => Assert.Null(tensor.Values));
        AssertRestored(options);
    }

    [Fact]
    public void An_output_that_no_weight_reaches_has_nothing_to_lose()
    {
        // ML.NET copies a model's inputs to its first outputs.
        var model = ModelFile.Open(Repository.Model("resnet20-fmnist.onnx")).ParseWhole();
        var input = model.Graph.Input[0];
        model.Graph.Node.Insert(0, new NodeProto { OpType = "Identity", Input = { input.Name }, Output = { "copy" } });
        var copy = input.Clone();
        copy.Name = "copy";
        model.Graph.Output.Insert(0, copy);
        File.WriteAllBytes(_folder["copying.onnx"], model.ToByteArray());

        var report = ProtectionPipeline.Run(Options(_folder["copying.onnx"], new()) with
        {
            Data = new DataSettings
            {
                Calibration = Examples.Calibration(384),
                Evaluation = Examples.Evaluation(300),
            },
        });

        Assert.True(report.TargetReached && report.Written);
        Assert.Equal(["logits"], report.Worth!.Outputs.Select(output => output.Name));
    }

    [Fact]
    public void Weights_in_data_files_change_there()
    {
        var model = _folder["in/model.onnx"];
        DataFileModel.Write(ModelFile.Open(Repository.Model("resnet20-fmnist.onnx")).ParseWhole(), model);
        Directory.CreateDirectory(_folder["shipped"]);
        var options = Options(model, new()) with { Output = _folder["shipped/model.onnx"] };
        var report = UnmeasuredProtection.Run(options, TestContext.Current.CancellationToken);

        Assert.Equal(2, report.DataFiles.Count);
        AssertRestored(options);
    }

    [Theory]
    [InlineData(KeyedWhich.Largest)]
    [InlineData(KeyedWhich.First)]
    [InlineData(KeyedWhich.Last)]
    public void A_share_is_at_least_what_was_asked(KeyedWhich which)
    {
        foreach (var rules in new[] { KeyedRules.Sign, KeyedRules.Mantissa | KeyedRules.Shuffle })
        {
            var options = Options(Repository.Model("vit-fmnist.onnx"),
                new() { Rules = rules, Share = 0.3, Which = which }) with
            { Force = true };
            var report = UnmeasuredProtection.Run(options, TestContext.Current.CancellationToken);

            var most = which == KeyedWhich.Largest && rules == KeyedRules.Sign ? 0.32 : 0.8;
            Assert.InRange(report.Keyed!.Share, 0.3, most);
            Assert.Equal(report.Keyed.Share, (double)report.WeightsChanged / report.WeightsTotal);
            AssertRestored(options);
        }
    }

    [Fact]
    public void Every_type_of_weights_changes_and_comes_back()
    {
        ElementType[] floats = [ElementType.Float32, ElementType.Float64, ElementType.Float16, ElementType.BFloat16];
        foreach (var type in floats)
            Protect(TypedClassifier.WriteCast(_folder[$"{type}.onnx"], type));
        foreach (var type in Quantised)
            Protect(TypedClassifier.WriteQuantised(_folder[$"{type}.onnx"], type));
        Protect(LanguageModel.Write(_folder["packed.onnx"]));

        void Protect(string model)
        {
            var options = Options(model, new()) with { Force = true };
            UnmeasuredProtection.Run(options, TestContext.Current.CancellationToken);
            AssertRestored(options);
        }
    }

    [Fact]
    public void Largest_codes_are_refused_with_what_else_can_be_done()
    {
        var options = Options(
            TypedClassifier.WriteQuantised(_folder["codes.onnx"], ElementType.Int8), new() { Share = 0.5 });

        var e = Assert.Throws<ModelFormatException>(
            () => UnmeasuredProtection.Run(options, TestContext.Current.CancellationToken));
        Assert.Contains("Which", e.Properties);
        Assert.False(File.Exists(options.Output));
    }

    [Fact]
    public void Weights_in_attributes_alone_are_refused_with_the_strategy_that_can()
    {
        var forest = new Forest(new Random(1), 3, 3, 4, tree => [tree]);
        File.WriteAllBytes(_folder["forest.onnx"], ClassicalModel.Of(3, 4, [forest.Node("TreeEnsembleClassifier",
            ofClasses: true, TensorProto.Types.DataType.Float, ("classlabels_int64s", (long[])[0, 1, 2]))])
            .ToByteArray());

        var e = Assert.Throws<ModelFormatException>(() => JobPlan.Of(Options(_folder["forest.onnx"], new())));
        Assert.Contains("attributes", e.Message, StringComparison.Ordinal);
        Assert.Contains("gradient", e.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_jobs_draw_two_keys()
    {
        var options = Options(Repository.Model("vit-fmnist.onnx"), new() { Rules = KeyedRules.Sign });
        UnmeasuredProtection.Run(options, TestContext.Current.CancellationToken);
        var first = File.ReadAllBytes(options.Output);
        UnmeasuredProtection.Run(options with { Force = true }, TestContext.Current.CancellationToken);
        Assert.NotEqual(first, File.ReadAllBytes(options.Output));
    }

    [Fact]
    public void What_makes_no_sense_with_a_key_is_refused()
    {
        var options = Options(Repository.Model("vit-fmnist.onnx"), new());
        foreach (var other in new[]
        {
            options with { Compact = new CompactOptions() },
            options with { State = _folder["state"] },
            options with { Variants = [new ModelVariant("a", _folder["a"], _folder["b"], [TestKeys.Alice])] },
            Options(options.Model, new() { Rules = KeyedRules.None }),
            Options(options.Model, new() { Share = 0 }),
            Options(options.Model, new() { Share = double.NaN }),
        })
            Assert.Throws<PlanException>(() => JobPlan.Of(other));
    }

    [Fact]
    public void A_selection_says_what_would_change_without_a_job()
    {
        using var file = ModelFile.Open(Repository.Model("vit-fmnist.onnx"));
        var selection = KeyedSelection.Of(file, new KeyedOptions { Share = 0.5, Which = KeyedWhich.First });
        using var keyed = selection.Draw();
        var bytes = File.ReadAllBytes(file.FilePath);
        var original = bytes.ToArray();

        keyed.ChangeOf(file, "", back: false).Apply(bytes, 0);
        Assert.NotEqual(original, bytes);
        keyed.ChangeOf(file, "", back: true).Apply(bytes, 0);
        Assert.Equal(original, bytes);
        Assert.InRange(selection.Share, 0.5, 0.8);
    }

    private ProtectionOptions Options(string model, KeyedOptions keyed) => new(
        model, _folder["out.onnx"], _folder["out.p7m"], Identity.Of(TestKeys.Signer), [TestKeys.Alice])
    {
        Search = new SearchSettings { Strategy = StrategyKind.Keyed, Keyed = keyed },
    };

    private void AssertRestored(ProtectionOptions options)
    {
        using var secrets = SecretsEnvelope.Open(
            SecretsEnvelope.ReadFile(options.Secrets), TestKeys.Signer, TestKeys.Alice);
        ModelRestorer.Verify(options.Output, secrets);
        var back = _folder["back/model.onnx"];
        Directory.CreateDirectory(_folder["back"]);
        ModelRestorer.RestoreToFile(options.Output, secrets, back, overwrite: true);
        using var original = ModelFile.Open(options.Model);
        using var restored = ModelFile.Open(back);
        foreach (var name in original.Parts)
            Assert.Equal(File.ReadAllBytes(original.PathOf(name)), File.ReadAllBytes(restored.PathOf(name)));
        if (original.DataFiles.Count == 0)
            Assert.Equal(File.ReadAllBytes(options.Model), ModelRestorer.RestoreInMemory(options.Output, secrets));
    }

    private static byte[] Bytes(ModelFile file, WeightTensor tensor)
    {
        using var stream = file.OpenPart(tensor.Storage.File);
        var part = tensor.Storage.Parts[0];
        var bytes = new byte[part.Length];
        stream.Position = part.Offset;
        stream.ReadExactly(bytes);
        return bytes;
    }
}
