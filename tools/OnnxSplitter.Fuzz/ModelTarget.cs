using OnnxSplitter.Gradients;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Fuzz;

/// <summary>Models: refused with a remedy, or read so that weights can be changed and changed back.</summary>
internal static class ModelTarget
{
    // Every message of a few bytes becomes an object with lists of its own.
    private const int AllocationFactor = 2048;

    public static Target Target { get; } = new(ModelSeeds.All(), Read, AllocationFactor);

    private static string Read(byte[] input)
    {
        ModelFile model;
        try
        {
            model = Open(input);
        }
        catch (ModelFormatException)
        {
            return "refused";
        }

        Look(model);
        using var file = new MemoryStream([.. input]);
        WeightBits[] all = [.. model.Weights.SelectMany(tensor => Some(tensor.Count)
            .Select(index => new WeightBits(tensor, index, WeightPatcher.Read(file, tensor, index))))];
        WeightBits[] before = [.. all.Where(weight => Fits(weight, Flipped(weight)))];
        WeightBits[] after = [.. before.Select(weight => weight with { Bits = Flipped(weight) })];
        WeightPatcher.Write(file, after);
        var changed = Open(file.ToArray());
        foreach (var (tensor, index, bits) in after)
            Require(changed.Find(tensor.Path) is { } found && WeightPatcher.Read(file, found, index) == bits,
                "A changed weight is read otherwise.");
        WeightPatcher.Write(file, before);
        Require(file.ToArray().AsSpan().SequenceEqual(input), "Changing back does not give the same file.");
        return "accepted";
    }

    /// <summary>What inspect looks at beside the weights.</summary>
    private static void Look(ModelFile model)
    {
        try
        {
            GradientReach.Of(model.Structure);
        }
        catch (GradientException)
        {
            // Refused with a remedy.
        }
    }

    private static ModelFile Open(byte[] bytes) => ModelFile.Of(bytes, "a model");

    private static IEnumerable<long> Some(long count) => new[] { 0, 1, count / 2, count - 1 }.Distinct();

    private static ulong Flipped(WeightBits weight) => weight.Bits ^ 1;

    private static bool Fits(WeightBits weight, ulong bits) =>
        weight.Tensor.Storage.Fits(weight.Tensor.Type, weight.Bits, bits);

    private static void Require(bool condition, string otherwise)
    {
        if (!condition) throw new InvalidOperationException(otherwise);
    }
}
