using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Tensors;
using OnnxSplitter.Data;

namespace OnnxSplitter.Attacks.Training;

/// <summary>
/// Images moved by up to two pixels and mirrored at random, which makes more of a few: whoever trains on images does
/// so, attacks and controls alike.
/// </summary>
internal static class MovedImages
{
    private const int Farthest = 2;

    /// <summary>Whether examples are images of floats, channels first.</summary>
    public static bool Are(Dataset data) => !data.OneByOne && data.Inputs.Count == 1
        && data.Inputs.Values.First() is { Type: TensorElementType.Float } only && ImageAxes.ChannelsFirst(only.Dims);

    /// <summary>Moves them.</summary>
    /// <param name="data">Images; not changed.</param>
    /// <param name="random">Decides how.</param>
    public static Dataset Of(Dataset data, Random random)
    {
        var (name, array) = data.Inputs.Single();
        var (height, width) = ((int)array.Dims[2], (int)array.Dims[3]);
        var planes = (int)array.Dims[1];
        var bytes = new byte[array.Data.Length];
        var from = array.As<float>();
        var to = MemoryMarshal.Cast<byte, float>(bytes.AsSpan());
        for (var image = 0; image < array.Rows; image++)
        {
            var (down, right) = (random.Next(-Farthest, Farthest + 1), random.Next(-Farthest, Farthest + 1));
            var mirrored = random.Next(2) == 0;
            for (var plane = 0; plane < planes; plane++)
            {
                var start = (image * planes + plane) * height * width;
                for (var y = 0; y < height; y++)
                {
                    // What comes in from outside is the edge.
                    var row = start + Math.Clamp(y + down, 0, height - 1) * width;
                    for (var x = 0; x < width; x++)
                    {
                        var column = Math.Clamp(x + right, 0, width - 1);
                        to[start + y * width + x] = from[row + (mirrored ? width - 1 - column : column)];
                    }
                }
            }
        }

        return data with
        {
            Inputs = new Dictionary<string, NumpyArray>(StringComparer.Ordinal)
            {
                [name] = array with { Data = bytes },
            },
        };
    }
}
