using Google.Protobuf;
using OnnxSplitter.Data;
using OnnxSplitter.Gradients.Loss;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Protection.Execution;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Tests.Protection;

/// <summary>A pass over a few channels against passes over the whole model, and against differences.</summary>
public sealed class DeltaPassTests : IDisposable
{
    private const int Batch = 16;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Models { get; } =
        ["resnet20-fmnist", "vit-fmnist", "vit-fmnist-named", "channels"];

    [Theory]
    [MemberData(nameof(Models))]
    public void A_step_is_that_of_the_model_with_the_change_written_into_it(string name)
    {
        var (model, signature, _) = Open(name);
        var random = new Random(1);

        // As below: with photographs, one rounding moves many Relus of a channel across their kink.
        var data = Noise(signature);
        var objective = new ExampleObjective(null, 3, Probabilities: false);
        var targets = objective.Targets(data, signature.Classes);
        var sets = Sets(model, random);
        using var pass = new DeltaPass(model, signature, LossKind.SmoothAccuracy, 3, Batch, sets, data);
        foreach (var size in new[] { 0, 0.05f })
        {
            var deltas = Random(pass, random, size);

            var step = pass.Run(data, 0, targets, deltas);

            model.Write(sets.SelectMany((set, i) => Indices(set, pass.Dims[i]).Select((index, k) =>
                (set.Tensor, index, model.Values(set.Tensor.Path)[(int)index] + deltas[i][k]))).ToArray());
            using var changed = GraphSessions.Plain.Load(model.Proto, signature);
            Assert.InRange(Numbers.RelativeError(step.Outputs, Doubles(changed.Outputs(data))), 0, 2e-5);
            var whole = new GradientPass(model, signature, data, objective).Run(data, objective, () => [])
                .ToDictionary(StringComparer.Ordinal);
            for (var i = 0; i < sets.Count; i++)
            {
                var expected = Restricted(sets[i], pass.Dims[i], whole[sets[i].Tensor.Path]);
                var error = Numbers.RelativeError(step.Gradients[i], expected, 1.0 / Batch);
                Assert.True(error <= 1e-4, $"{sets[i].Tensor.Path}: {error:g3}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Gradients_at_a_change_are_those_of_differences(string name)
    {
        var (model, signature, _) = Open(name);
        var random = new Random(2);

        // Photographs have flat backgrounds: many Relus of one channel have their kink at the same weight.
        var data = Noise(signature);
        var sets = Sets(model, random);
        var loss = signature.Classes == ChannelModel.Classes ? LossKind.SmoothAccuracy : LossKind.CrossEntropyOfLogits;
        using var pass = new DeltaPass(model, signature, loss, 2, Batch, sets, data);
        var targets = new ExampleObjective(null, 1, Probabilities: false).Targets(data, signature.Classes);
        var deltas = Random(pass, random, 0.05f);

        var step = pass.Run(data, 0, targets, deltas);

        for (var i = 0; i < sets.Count; i++)
        {
            // One set at a time, so that none hides behind another, and uphill, so that rounding is small beside the
            // rise.
            var direction = Zeros(pass);
            for (var k = 0; k < direction[i].Length; k++)
                direction[i][k] = Math.Sign(step.Gradients[i][k]) * (0.5f + random.NextSingle());
            var product = step.Gradients[i].Zip(direction[i], (g, v) => (double)g * v).Sum();

            // Small where the slope is steep, since the curvature is large there too.
            var h = (float)Math.Min(5e-4, 0.1 / product);
            var difference = Along(pass, data, targets, deltas, direction, loss, h);
            Assert.NotEqual(0, difference);
            Assert.True(Math.Abs(product - difference) <= 0.03 * Math.Abs(difference),
                $"{sets[i].Tensor.Path}: {product:g6} by the gradient, {difference:g6} by differences");
        }
    }

    [Theory]
    [InlineData("Mul")]
    [InlineData("MatMul")]
    public void A_tensor_whose_ops_have_no_channels_of_it_is_refused(string op)
    {
        var (model, signature, data) = Open("channels", proto =>
        {
            // As a first input, and a second time, beside the use that would do.
            var user = proto.Graph.Node.Single(node => node.Input.Contains("matrix")).Clone();
            (user.OpType, user.Name, user.Input[0], user.Output[0]) = (op, "other", "matrix", "other");
            proto.Graph.Node.Add(user);
        });
        var set = new ChannelSet(model.Tensors.Single(tensor => tensor.Path == "matrix"), [0]);

        var refusal = Assert.Throws<ModelFormatException>(() => new DeltaPass(
            model, signature, LossKind.CrossEntropyOfLogits, 1, Batch, [set], data));

        Assert.Contains($"op {op}", refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private (SearchModel Model, ModelSignature Signature, Dataset Data) Open(
        string name, Action<global::Onnx.ModelProto>? change = null)
    {
        var path = Repository.Model($"{name}.onnx");
        if (name == "channels")
        {
            var proto = ChannelModel.Make();
            change?.Invoke(proto);
            File.WriteAllBytes(path = _folder["channels.onnx"], proto.ToByteArray());
        }

        using var original = LoadedModel.Open(path);
        var signature = original.Signature;
        var data = name == "channels"
            ? Noise(signature)
            : Dataset.Read(Repository.Model("fashion-mnist-calibration.npz"), signature.Inputs).First(Batch);
        return (new SearchModel(ModelFile.Open(path), TensorFilter.None, signature, data), signature, data);
    }

    private static Dataset Noise(ModelSignature signature) => Drawn.For(signature, Batch, 4) with
    {
        Labels = [.. Enumerable.Range(0, Batch).Select(i => i % signature.Classes)],
    };

    /// <summary>Some channels of every tensor of more than one axis that is a matrix or a stack of filters.</summary>
    private static List<ChannelSet> Sets(SearchModel model, Random random)
    {
        var sets = new List<ChannelSet>();
        foreach (var tensor in model.Tensors)
        {
            if (tensor.Dims.Count is not (2 or 4) || tensor.Path.Contains("pos", StringComparison.Ordinal)) continue;
            var channels = (int)tensor.Dims[ChannelUse.Of(model.Proto.Graph, tensor).Axis];
            sets.Add(new ChannelSet(tensor, [.. new[] { random.Next(channels), channels - 1 }.Distinct().Order()]));
        }

        Assert.True(sets.Count > 6);
        return sets;
    }

    private static float[][] Zeros(DeltaPass pass) =>
        [.. pass.Dims.Select(dims => new float[dims.Aggregate(1L, (product, dim) => product * dim)])];

    private static float[][] Random(DeltaPass pass, Random random, float size) =>
        [.. Zeros(pass).Select(zeros => zeros.Select(_ => size * (2 * random.NextSingle() - 1)).ToArray())];

    /// <summary>Flat indices, in the whole tensor, of a set's weights in the delta's order.</summary>
    private static IEnumerable<long> Indices(ChannelSet set, long[] dims)
    {
        var full = set.Tensor.Dims;
        var axis = Enumerable.Range(0, dims.Length).First(a => a == dims.Length - 1 || dims[a] != full[a]);
        var (before, after) =
            (full.Take(axis).Aggregate(1L, (p, d) => p * d), full.Skip(axis + 1).Aggregate(1L, (p, d) => p * d));
        for (var i = 0L; i < before; i++)
            foreach (var channel in set.Channels)
                for (var j = 0L; j < after; j++)
                    yield return (i * full[axis] + channel) * after + j;
    }

    private static double[] Restricted(ChannelSet set, long[] dims, float[] gradient) =>
        [.. Indices(set, dims).Select(index => (double)gradient[index])];

    private static double[] Doubles(float[] values) => Array.ConvertAll(values, value => (double)value);

    private static double Along(
        DeltaPass pass, Dataset data, float[] targets, float[][] deltas, float[][] direction, LossKind loss,
        float h)
    {
        return (At(h) - At(-h)) / (2 * h);

        double At(float step)
        {
            var moved = deltas.Zip(direction, (d, v) => d.Zip(v, (a, b) => a + step * b).ToArray()).ToArray();
            return Loss(pass.Run(data, 0, targets, moved).Outputs, data, loss);
        }
    }

    /// <summary>The loss in double: what is left of the rounding is that of the scores.</summary>
    private static double Loss(float[] scores, Dataset data, LossKind loss)
    {
        var classes = scores.Length / Batch;
        return Enumerable.Range(0, Batch).Sum(i =>
        {
            var row = scores.AsSpan(i * classes, classes);
            var own = data.Labels![i];
            if (loss == LossKind.SmoothAccuracy) return new ExampleObjective(null, 2, Probabilities: false)
                .Value(row, data, i);
            var log = 0.0;
            foreach (var score in row) log += Math.Exp(score - row[own]);
            return Math.Log(log);
        });
    }
}
