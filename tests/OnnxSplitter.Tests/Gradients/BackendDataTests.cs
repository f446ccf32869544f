using Microsoft.ML.OnnxRuntime;
using Onnx;
using OnnxSplitter.Gradients;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Gradients.Rewriting;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Operators;
using Type = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Gradients;

/// <summary>
/// Gradients on ONNX's own backend test data (Debian's libonnx-testdata): models of one op, with inputs, that nobody
/// here wrote.
/// </summary>
public sealed class BackendDataTests(ITestOutputHelper output)
{
    private const string Folder = "/usr/share/libonnx-testdata/data/node";
    private const double Tolerance = 5e-3;

    // The small steps stay clear of kinks near the data, the large ones of rounding; a wrong gradient agrees with none.
    private static readonly float[] Steps = [3e-2f, 1e-2f, 1e-3f, 1e-4f];

    // The fewer elements move at once, the fewer kinks they meet.
    private const int Directions = 4;
    private const int Moved = 16;

    // Round numbers of examples lie on kinks and tie with each other.
    private const float Jitter = 0.02f;

    [Fact]
    public void Every_op_with_a_rule_agrees_with_differences()
    {
        if (!Directory.Exists(Folder)) Assert.Skip("ONNX's backend test data (libonnx-testdata) is not installed.");
        var results = Directory.GetDirectories(Folder).Order(StringComparer.Ordinal)
            .Select(folder => (Name: Path.GetFileName(folder), Result: Check(folder))).ToArray();

        var groups = results.GroupBy(pair => pair.Result.Split(':')[0]);
        foreach (var group in groups.OrderByDescending(group => group.Count()))
            output.WriteLine($"{group.Count()} {group.Key}");
        foreach (var (name, result) in results.Where(pair => pair.Result.Contains(':', StringComparison.Ordinal)))
            output.WriteLine($"{name}: {result}");
        Assert.DoesNotContain(results, pair => pair.Result.StartsWith("wrong", StringComparison.Ordinal));
        Assert.InRange(results.Count(pair => pair.Result == "agrees"), 400, results.Length);
    }

    private static string Check(string folder)
    {
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(folder, "model.onnx")));
        if (model.Graph.Node.Count != 1) return "not a single op";
        var node = model.Graph.Node[0];
        if (node.Domain.Length > 0) return "another domain";
        var opset = Opset(model);
        if (opset < OpsetUpgrade.Least) return "opset below the least";
        if (RuleTable.StopsGradients(node, GradientOptions.Default)) return "no derivative";
        var (op, upgraded) = (OperatorTable.Find(node), Math.Max(opset, OpsetUpgrade.Target));
        if (op?.WrittenAs is null && RuleTable.Find(node, upgraded) is null) return "no rule";
        var inputs = Inputs(model, Path.Combine(folder, "test_data_set_0"));
        if (inputs is null || inputs.Count == 0) return "no float tensors";

        // Further outputs, such as indices and masks, carry no gradient.
        var floats = model.Graph.Output.Where(value => value.Type.TensorType?.ElemType == (int)Type.Float)
            .Select(value => value.Name).Where(name => name == node.Output[0] || node.OpType is "Split").ToArray();
        if (floats.Length == 0) return "no float tensors";
        try
        {
            using var alone = Values.Open(model, floats);
            Run(alone, inputs);
        }
        catch (OnnxRuntimeException)
        {
            return "not run by ONNX Runtime";
        }

        // From here on the graph is ours: what ONNX Runtime can't run of it is our fault.
        try
        {
            return Check(model, inputs, floats);
        }
        catch (GradientException e)
        {
            return $"refused: {e.Message}";
        }
        catch (Exception e) when (e is OnnxRuntimeException or ModelFormatException)
        {
            return $"wrong: {e.Message}";
        }
    }

    private static string Check(
        ModelProto model, Dictionary<string, (long[] Dims, float[] Data)> inputs, string[] floats)
    {
        var random = new Random(9);
        foreach (var (_, data) in inputs.Values)
            for (var i = 0; i < data.Length; i++) data[i] += Jitter * random.NextSingle();
        var node = model.Graph.Node[0].Clone();
        using var forward = Values.Open(model, floats);
        var weights = Run(forward, inputs).Select(y => y.Select(_ => 2 * random.NextSingle() - 1).ToArray()).ToArray();
        WorkingForm.Apply(model);
        var builder = new GraphBuilder(model.Graph, Opset(model), "loss::");
        var loss = floats.Zip(weights, (name, u) => builder.ReduceSum(
            builder.Mul(builder.Reshape(name, -1), builder.Floats(u, u.Length)), [0], keepDims: false))
                .Aggregate(builder.Add);

        var checkedAny = false;
        foreach (var target in inputs.Keys)
        {
            double[] gradient;
            try
            {
                gradient = AdjointCheck.Gradients(model, inputs, loss, [target])[target];
            }
            catch (KeyNotFoundException)
            {
                continue;
            }
            catch (GradientException) when (node.OpType is "Pad" or "Dropout" && target != node.Input[0])
            {
                continue; // A setting, which no weight is.
            }

            for (var i = 0; i < Directions; i++)
            {
                var direction = new float[gradient.Length];
                for (var k = 0; k < Moved; k++)
                    direction[random.Next(direction.Length)] = (0.5f + random.NextSingle()) * (random.Next(2) * 2 - 1);
                var found = Steps.Select(step => Along(direction, step)).ToArray();
                var scale = Math.Sqrt(gradient.Zip(direction, (a, b) => a * a * b * b).Sum()) + 1e-2;
                if (!found.Any(pair => Math.Abs(pair.ByDifference - pair.ByGradient) <= Tolerance * scale))
                    return $"wrong: {target}, by gradient and difference {string.Join(' ', found)}";
            }

            checkedAny = true;

            // As far as the elements really move: large ones are rounded.
            (double ByGradient, double ByDifference) Along(float[] direction, float step)
            {
                float[] up = [.. inputs[target].Data.Zip(direction, (x, v) => x + step * v)];
                float[] down = [.. inputs[target].Data.Zip(direction, (x, v) => x - step * v)];
                var product = up.Zip(down, (a, b) => (double)a - b).Zip(gradient, (a, b) => a * b).Sum();
                return (product / (2 * step), (At(up) - At(down)) / (2 * step));
            }

            double At(float[] data)
            {
                var moved = new Dictionary<string, (long[] Dims, float[] Data)>(inputs, StringComparer.Ordinal)
                {
                    [target] = (inputs[target].Dims, data),
                };
                return Run(forward, moved).Zip(weights, (y, u) => y.Zip(u, (a, b) => a * b).Sum()).Sum();
            }
        }

        return checkedAny ? "agrees" : "no gradient arrives";
    }

    private static long Opset(ModelProto model) =>
        model.OpsetImport.First(import => import.Domain is "" or "ai.onnx").Version;

    private static double[][] Run(InferenceSession session, Dictionary<string, (long[] Dims, float[] Data)> inputs)
    {
        var feeds = inputs.ToDictionary(
            pair => pair.Key, pair => Values.Tensor(pair.Value.Data, pair.Value.Dims), StringComparer.Ordinal);
        try
        {
            return [.. session.Fetch(feeds).Select(result => result.Data)];
        }
        finally
        {
            foreach (OrtValue feed in feeds.Values) feed.Dispose();
        }
    }

    /// <summary>
    /// Float inputs by name; all others become constants of the model. Null where one is no plain tensor.
    /// </summary>
    private static Dictionary<string, (long[] Dims, float[] Data)>? Inputs(ModelProto model, string data)
    {
        var inputs = new Dictionary<string, (long[] Dims, float[] Data)>(StringComparer.Ordinal);
        for (var i = model.Graph.Input.Count - 1; i >= 0; i--)
        {
            var input = model.Graph.Input[i];
            if (input.Type.TensorType is null) return null;
            var tensor = TensorProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(data, $"input_{i}.pb")));
            if (tensor.Dims.Contains(0)) return null;
            var setting = i > 0 && model.Graph.Node[0].OpType is ("Resize" or "Upsample");
            if ((Type)tensor.DataType == Type.Float && !setting)
            {
                inputs[input.Name] = ([.. tensor.Dims], tensor.RawData.IsEmpty
                    ? [.. tensor.FloatData]
                    : System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray());
                continue;
            }

            tensor.Name = input.Name;
            model.Graph.Initializer.Add(tensor);
            model.Graph.Input.RemoveAt(i);
        }

        return inputs;
    }
}
