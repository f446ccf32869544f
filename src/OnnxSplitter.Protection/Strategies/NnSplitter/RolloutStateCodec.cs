using System.Runtime.InteropServices;
using OnnxSplitter.Onnx;
using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Protection.Strategies.NnSplitter;

/// <summary>
/// A search's state as bytes, little-endian: "NNS1"; c and epsilon (float64, NaN for none); updates, idle updates
/// (int32); the picker's arrays, each a count and float32 values; twice, for the best and the rejected rollout: whether
/// there is one (byte); its layers (int32), each a count and int32 filters; its changes, a count and float32 values;
/// objective and accuracy (float64). Random numbers need no state: each update seeds its own.
/// </summary>
internal static class RolloutStateCodec
{
    private static ReadOnlySpan<byte> Magic => "NNS1"u8;

    /// <summary>Writes the state of a picker and of the progress.</summary>
    public static byte[] Encode(IFilterPicker picker, RolloutState progress, MaskRule rule)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Magic);
        writer.Write(rule.Center);
        writer.Write(rule.Width ?? double.NaN);
        writer.Write(picker.Updates);
        writer.Write(progress.Idle);
        foreach (var values in picker.State) Write<float>(writer, values);
        Write(writer, progress.Best);
        Write(writer, progress.Rejected);
        return stream.ToArray();
    }

    /// <summary>Reads it back: the picker's part into the picker.</summary>
    /// <param name="state">The bytes.</param>
    /// <param name="picker">A picker of the same shape.</param>
    /// <param name="layers">The job's layers.</param>
    /// <param name="rule">The job's masks: c and epsilon as they were, the budget no smaller than it was.</param>
    /// <exception cref="ModelFormatException">It is not the state of such a search.</exception>
    public static RolloutState Decode(
        byte[] state, IFilterPicker picker, IReadOnlyList<FilterLayer> layers, MaskRule rule)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(state, writable: false));
            Require(reader.ReadBytes(Magic.Length).AsSpan().SequenceEqual(Magic));
            Require(reader.ReadDouble().Equals(rule.Center) && reader.ReadDouble().Equals(rule.Width ?? double.NaN));
            picker.Updates = Require(reader.ReadInt32(), least: 0, most: int.MaxValue);
            var idle = Require(reader.ReadInt32(), least: 0, picker.Updates);
            foreach (var values in picker.State) Read<float>(reader, values.Length, values.Length).CopyTo(values, 0);
            var progress = new RolloutState(idle, Best(reader, layers, rule.Most), Best(reader, layers, rule.Most));
            Require(reader.BaseStream.Position == state.Length);
            return progress;
        }
        catch (EndOfStreamException e)
        {
            throw Foreign(e);
        }
    }

    private static void Write(BinaryWriter writer, BestRollout? best)
    {
        writer.Write(best is not null);
        if (best is null) return;
        writer.Write(best.Picks.Length);
        foreach (var picks in best.Picks) Write<int>(writer, picks);
        Write<float>(writer, best.Changes);
        writer.Write(best.Score.Objective);
        writer.Write(best.Score.Accuracy);
    }

    private static BestRollout? Best(BinaryReader reader, IReadOnlyList<FilterLayer> layers, int most)
    {
        if (Require(reader.ReadByte(), 0, 1) == 0) return null;
        Require(reader.ReadInt32(), layers.Count, layers.Count);
        var picks = layers.Select(layer =>
        {
            var filters = Read<int>(reader, least: 1, layer.Filters);
            foreach (var filter in filters) Require(filter, 0, layer.Filters - 1);
            return filters;
        }).ToArray();
        var weights = picks.Zip(layers, (filters, layer) => (long)filters.Length * layer.FilterSize).Sum();
        return new BestRollout(picks, Read<float>(reader, least: 1, (int)Math.Min(weights, most)),
            ReadScore(reader));
    }

    private static void Write<T>(BinaryWriter writer, T[] values)
        where T : unmanaged
    {
        writer.Write(values.Length);
        writer.Write(MemoryMarshal.AsBytes(values.AsSpan()));
    }

    private static T[] Read<T>(BinaryReader reader, int least, int most)
        where T : unmanaged
    {
        var count = Require(reader.ReadInt32(), least, most);
        Require((long)count * Marshal.SizeOf<T>() <= reader.BaseStream.Length - reader.BaseStream.Position);
        var values = new T[count];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    private static int Require(int value, int least, int most)
    {
        Require(value >= least && value <= most);
        return value;
    }

    private static void Require(bool condition)
    {
        if (!condition) throw Foreign();
    }

    private static ModelFormatException Foreign(Exception? inner = null) => new(
        "The saved state is not that of this search.", "Begin again without it.", inner);

    private static Score ReadScore(BinaryReader reader)
    {
        var (objective, accuracy) = (reader.ReadDouble(), reader.ReadDouble());
        return new Score(objective, accuracy, accuracy);
    }
}
