using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Protection.Search;
using OnnxSplitter.Protection.Variants;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Tests.Protection.Variants;

public sealed class VariantTests : IDisposable
{
    private static readonly X509Certificate2 Vendor = KeyFiles.Create("vendor");
    private static readonly X509Certificate2[] Devices =
        [.. Enumerable.Range(0, 3).Select(i => KeyFiles.Create($"device {i}"))];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_recipient_opens_its_own_variant_and_no_other()
    {
        var options = Job();

        var report = ProtectionPipeline.Run(options);

        Assert.True(report.TargetReached && report.Written);
        Assert.Equal(
            options.Variants.Select(variant => variant.Output), report.Variants.Select(variant => variant.Output));
        Assert.All(report.Variants, variant => Assert.InRange(variant.Obfuscated, 0, report.Target));
        Assert.False(File.Exists(options.Output));
        for (var i = 0; i < Devices.Length; i++)
        {
            var variant = options.Variants[i];
            using var secrets = SecretsEnvelope.Open(File.ReadAllBytes(variant.Secrets), Vendor, Devices[i]);
            var restored = ModelRestorer.RestoreInMemory(variant.Output, secrets);
            Assert.Equal(File.ReadAllBytes(options.Model), restored);
            Assert.Throws<ModelMismatchException>(
                () => ModelRestorer.RestoreInMemory(options.Variants[(i + 1) % Devices.Length].Output, secrets));
            Assert.Equal(SecretsFailure.NotOpened, Assert.Throws<SecretsException>(() => SecretsEnvelope.Open(
                File.ReadAllBytes(variant.Secrets), Vendor, Devices[(i + 1) % Devices.Length])).Failure);
        }
    }

    [Fact]
    public void Two_variants_side_by_side_show_their_marks_and_nothing_of_what_the_search_chose()
    {
        var options = Job();
        ProtectionPipeline.Run(options);

        var all = options.Variants.Select(variant => Differences(options.Model, variant.Output)).ToArray();
        var chosen = all.Aggregate((one, other) => [.. one.Intersect(other)]);
        var marks = all.Select(one => one.Except(chosen).ToArray()).ToArray();

        Assert.NotEmpty(chosen);
        Assert.All(marks, one => Assert.InRange(one.Length, VariantMarks.Weights, VariantMarks.Weights + 1));
        Assert.Equal(marks.Sum(one => one.Length), marks.SelectMany(one => one).Distinct().Count());
        Assert.Equal(
            marks[0].Concat(marks[1]).Order(),
            Differences(options.Variants[0].Output, options.Variants[1].Output).Order());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_leaked_variant_names_its_recipient_as_it_is_and_after_fine_tuning(int leaker)
    {
        var options = Job();
        ProtectionPipeline.Run(options);
        var leaked = options.Variants[leaker].Output;
        var tuned = FineTune(leaked, options.Data.Calibration!);

        foreach (var path in new[] { leaked, tuned })
        {
            var evidence = Trace(path, options);
            Assert.Equal(options.Variants[leaker].Name, LeakTrace.Culprit(evidence)?.Name);
        }
    }

    [Fact]
    public void The_report_names_a_variant_that_was_written()
    {
        var options = Job();

        var report = ProtectionPipeline.Run(options);

        var named = Assert.Single(options.Variants, variant => variant.Output == report.Output);
        Assert.Equal(named.Secrets, report.Secrets);
        Assert.Equal(report.Details!.Sha256Obfuscated, Convert.ToHexStringLower(ModelFile.Digest(report.Output)));
        Assert.Equal(new FileInfo(report.Secrets).Length, report.SecretsBytes);
    }

    [Fact]
    public void The_original_names_nobody()
    {
        var options = Job();
        ProtectionPipeline.Run(options);

        var evidence = Trace(options.Model, options);

        Assert.Null(LeakTrace.Culprit(evidence));
        Assert.All(evidence, one => Assert.Equal(0, one.Changed));
    }

    [Fact]
    public void A_model_of_other_tensors_is_refused()
    {
        var options = Job();
        ProtectionPipeline.Run(options);

        Assert.Throws<ModelFormatException>(() => Trace(Repository.Model("vit-fmnist.onnx"), options));
    }

    private ProtectionOptions Job() => new(
        TinyClassifier.Write(_folder["tiny.onnx"]), _folder["base.onnx"], _folder["base.p7m"], Identity.Of(Vendor),
        [Vendor])
    {
        Data = new DataSettings { Calibration = TinyClassifier.WriteExamples(_folder["tiny.npz"], 96) },
        Search = new SearchSettings { TargetAccuracy = 0.3, Move = MoveKind.Best },
        Variants =
        [
            .. Devices.Select((device, i) => new ModelVariant(
                $"device {i}", _folder[$"device{i}.onnx"], _folder[$"device{i}.p7m"], [device, Vendor])),
        ],
    };

    private static IReadOnlyList<TraceEvidence> Trace(string leaked, ProtectionOptions options)
    {
        var secrets = options.Variants.ToDictionary(
            variant => variant.Name, variant =>
            SecretsEnvelope.Open(File.ReadAllBytes(variant.Secrets), Vendor, Vendor));
        try
        {
            using var model = ModelFile.Open(leaked);
            return LeakTrace.Compare(model, secrets);
        }
        finally
        {
            foreach (var opened in secrets.Values) opened.Dispose();
        }
    }

    /// <summary>
    /// What a thief with labels does first: gradient descent on them until the model answers right again.
    /// </summary>
    private string FineTune(string path, string data)
    {
        var tuned = _folder["tuned.onnx"];
        File.Copy(path, tuned, overwrite: true);
        using var file = ModelFile.Open(path);
        using var original = LoadedModel.Open(_folder["tiny.onnx"]);
        var examples = Dataset.Read(data, original.Signature.Inputs);
        examples = examples with { Labels = original.Predict(examples) };
        var model = new SearchModel(file, TensorFilter.None, original.Signature, examples);
        var objective = new ExampleObjective(null, 8, Probabilities: false);
        using var pass = new GradientPass(model, original.Signature, examples, objective);
        var before = Accuracy(path, examples);
        for (var step = 0; step < 60; step++)
        {
            var gradients = pass.Run(examples, objective, () => []).ToArray();

            // The objective is what a search drives down, a smooth accuracy: fine-tuning drives it up.
            model.Write([.. gradients.SelectMany(pair => pair.Value.Select((slope, i) =>
                (file.Find(pair.Key)!, (long)i, model.Values(pair.Key)[i] + 8 * slope)))]);
        }

        using (var stream = new FileStream(tuned, FileMode.Open, FileAccess.ReadWrite))
            WeightPatcher.Write(stream, model.Tensors.SelectMany(tensor => Enumerable.Range(0, (int)tensor.Count)
                .Select(i => new WeightBits(tensor, i, model.Bits(tensor, i, model.Values(tensor.Path)[i])))));
        Assert.True(Accuracy(tuned, examples) > before + 0.1, "Fine-tuning did nothing.");
        return tuned;
    }

    private static double Accuracy(string path, Dataset examples)
    {
        using var model = LoadedModel.Open(path);
        return model.Accuracy(examples).Value;
    }

    private static int[] Differences(string one, string other)
    {
        var (first, second) = (File.ReadAllBytes(one), File.ReadAllBytes(other));
        Assert.Equal(first.Length, second.Length);
        using var file = ModelFile.Open(one);
        var position = 0;
        var differences = new List<int>();
        using var left = File.OpenRead(one);
        using var right = File.OpenRead(other);
        foreach (var tensor in file.Weights)
            for (var i = 0L; i < tensor.Count; i++, position++)
                if (WeightPatcher.Read(left, tensor, i) != WeightPatcher.Read(right, tensor, i))
                    differences.Add(position);
        return [.. differences];
    }
}
