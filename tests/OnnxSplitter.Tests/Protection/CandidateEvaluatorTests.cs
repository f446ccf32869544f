using Google.Protobuf;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Protection.Moves;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Tests.Protection;

/// <summary>Prefix cache and delta branch must measure what a plain run of the changed model measures.</summary>
public sealed class CandidateEvaluatorTests
{
    [Theory]
    [InlineData("resnet20-fmnist")]
    [InlineData("resnet20-fmnist-bn")]
    [InlineData("vit-fmnist")]
    [InlineData("vit-fmnist-named")]
    public void A_candidate_measured_through_the_cache_is_as_if_the_whole_model_had_run(string name)
    {
        using var file = ModelFile.Open(Repository.Model($"{name}.onnx"));
        using var original = LoadedModel.Open(file.FilePath);
        var data = Dataset.Read(Repository.Model("fashion-mnist-calibration.npz"), original.Signature.Inputs).First(24);

        MeasuresAsTheWholeModel(file, original, data);
    }

    [Fact]
    public void A_tensor_that_ops_share_far_from_each_other_is_measured_as_if_the_whole_model_had_run()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["channels.onnx"], ChannelModel.Make().ToByteArray());
        using var file = ModelFile.Open(folder["channels.onnx"]);
        using var original = LoadedModel.Open(file.FilePath);
        var inputs = Drawn.For(original.Signature, 24, seed: 5);
        var data = inputs with { Labels = original.Predict(inputs) };

        MeasuresAsTheWholeModel(file, original, data);
    }

    private static void MeasuresAsTheWholeModel(ModelFile file, LoadedModel original, Dataset data)
    {
        var objective = new ExampleObjective(null, 3, Probabilities: false);
        var model = new SearchModel(file, TensorFilter.None, original.Signature, data);
        var gradient = new GradientPass(model, original.Signature, data, objective);
        using var evaluator = new CandidateEvaluator(model, original.Signature, gradient.Values);
        var random = new Random(7);
        var candidates = model.Tensors.Select(tensor =>
        {
            var index = random.NextInt64(tensor.Count);
            return new Candidate(
                tensor, MoveKind.Sign, [new NewValue(index, -10 * model.Values(tensor.Path)[(int)index])], 0);
        }).ToArray();

        var measured = evaluator.Evaluate(candidates, data, objective, out var present);

        var untouched = Whole();
        Assert.Equal(untouched.Objective, present.Objective, 2e-5);
        Assert.Equal(untouched.Objective, evaluator.Evaluate(data, objective).Objective, 2e-5);
        Assert.Contains(measured, measure => Math.Abs(measure.Objective - untouched.Objective) > 1e-3);
        for (var i = 0; i < candidates.Length; i++)
        {
            var (tensor, weight) = (candidates[i].Tensor, candidates[i].NewValues[0]);
            var before = model.Values(tensor.Path)[(int)weight.Index];
            model.Write([(tensor, weight.Index, weight.Value)]);
            var plain = Whole();
            model.Write([(tensor, weight.Index, before)]);
            Assert.True(Math.Abs(plain.Objective - measured[i].Objective) < 2e-5,
                $"{tensor.Path}: {plain.Objective} is measured as {measured[i].Objective}");
        }

        Score Whole()
        {
            using var whole = model.Sessions.Load(model.Proto, original.Signature);
            var sum = objective.Scores(data, original.Signature.Width)();
            sum.Add(whole.Outputs(data), 0);
            return sum.Result;
        }
    }

    [Theory]
    [InlineData("resnet20-fmnist-bn")]
    [InlineData("vit-fmnist")]
    public void What_is_kept_while_other_layers_change_measures_as_what_is_opened_anew(string name)
    {
        using var file = ModelFile.Open(Repository.Model($"{name}.onnx"));
        using var original = LoadedModel.Open(file.FilePath);
        var data = Dataset.Read(Repository.Model("fashion-mnist-calibration.npz"), original.Signature.Inputs).First(8);
        var objective = new ExampleObjective(null, 3, Probabilities: false);
        var model = new SearchModel(file, TensorFilter.None, original.Signature, data);
        var values = new GradientPass(model, original.Signature, data, objective).Values;
        using var kept = new CandidateEvaluator(model, original.Signature, values);
        var random = new Random(11);
        for (var round = 0; round < 12; round++)
        {
            // More tensors than are kept at a time, in any order.
            Candidate[] candidates = [.. Enumerable.Range(0, 10).Select(_ => Draw())];
            using var fresh = new CandidateEvaluator(model, original.Signature, values);

            var expected = fresh.Evaluate(candidates, data, objective, out var present);
            var measured = kept.Evaluate(candidates, data, objective, out var presentByKept);

            Assert.Equal(present.Objective, presentByKept.Objective, 1e-5);
            Assert.All(expected.Zip(measured), pair =>
                Assert.Equal(pair.First.Objective, pair.Second.Objective, 1e-5));
            var change = candidates[round % candidates.Length];
            model.Write([(change.Tensor, change.NewValues[0].Index, change.NewValues[0].Value)]);
        }

        Candidate Draw()
        {
            var tensor = model.Tensors[random.Next(model.Tensors.Count)];
            var index = random.NextInt64(tensor.Count);
            return new Candidate(
                tensor, MoveKind.Sign, [new NewValue(index, -3 * model.Values(tensor.Path)[(int)index])], 0);
        }
    }

    [Fact]
    public void The_gradient_pass_differentiates_the_objective_that_candidates_are_measured_by()
    {
        using var file = ModelFile.Open(Repository.Model("resnet20-fmnist.onnx"));
        using var original = LoadedModel.Open(file.FilePath);
        var data = Dataset.Read(Repository.Model("fashion-mnist-calibration.npz"), original.Signature.Inputs).First(32);
        foreach (var collapse in new int?[] { null, 3 })
        {
            var objective = new ExampleObjective(collapse, 4, Probabilities: false);
            var model = new SearchModel(file, TensorFilter.None, original.Signature, data);
            var gradient = new GradientPass(model, original.Signature, data, objective);
            using var evaluator = new CandidateEvaluator(model, original.Signature, gradient.Values);
            var tensor = model.Tensors[1];
            var slopes = gradient.Run(data, objective, () => []).ToDictionary(StringComparer.Ordinal)[tensor.Path];
            var index = Array.IndexOf(slopes, slopes.MaxBy(Math.Abs));
            var value = model.Values(tensor.Path)[index];
            const float Step = 2e-3f;

            var both = evaluator.Evaluate(
                [new(tensor, MoveKind.Sign, [new(index, value + Step)], 0),
                    new(tensor, MoveKind.Sign, [new(index, value - Step)], 0)], data, objective);

            var slope = (both[0].Objective - both[1].Objective) / (2 * Step);
            Assert.Equal(slope, slopes[index], 0.02 * Math.Abs(slope));
        }
    }

    [Fact]
    public void Gradients_taken_group_by_group_are_those_taken_at_once()
    {
        using var file = ModelFile.Open(Repository.Model("resnet20-fmnist.onnx"));
        using var original = LoadedModel.Open(file.FilePath);
        var data = Dataset.Read(Repository.Model("fashion-mnist-calibration.npz"), original.Signature.Inputs).First(32);
        var objective = new ExampleObjective(null, 4, Probabilities: false);
        var model = new SearchModel(file, TensorFilter.None, original.Signature, data);
        using var whole = new GradientPass(model, original.Signature, data, objective);
        using var parts = new GradientPass(model, original.Signature, data, objective, memory: 400_000);

        var expected = whole.Run(data, objective, () => []).ToDictionary(StringComparer.Ordinal);
        var found = parts.Run(data, objective, () => []).ToDictionary(StringComparer.Ordinal);

        Assert.True(parts.Groups > 5, $"{parts.Groups} groups");
        Assert.Equal(1, whole.Groups);
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal));
        Assert.All(expected, pair => Assert.InRange(
            Numbers.RelativeError(found[pair.Key], Array.ConvertAll(pair.Value, value => (double)value)), 0, 1e-4));
    }
}
