using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;
using Microsoft.ML.OnnxRuntime.Tensors;
using OnnxSplitter.Data;

namespace OnnxSplitter.Worth.Readings;

/// <summary>What a thief without the model reads: its inputs.</summary>
internal static class InputFeatures
{
    // Of one input; wider ones are averaged over neighbours.
    private const int MostNumbers = 4096;

    // Numbers of words and the like are counted, by their remainder.
    private const int Counted = 1024;

    // Texts are categories, of which there are fewer.
    private const int CountedTexts = 64;

    /// <summary>Examples by features.</summary>
    public static DenseMatrix Of(Dataset data)
    {
        Matrix<double>[] parts = [.. data.Inputs.Values.Select(Of).OfType<DenseMatrix>()];
        return parts.Length == 0 ? new DenseMatrix(data.Count, 1)
            : (DenseMatrix)parts.Aggregate((all, one) => all.Append(one));
    }

    private static DenseMatrix? Of(NumpyArray array)
    {
        if (Numbers(array) is not { Length: > 0 } numbers) return null;
        var width = numbers.Length / array.Rows;
        var texts = array.Type == TensorElementType.String;
        var words = texts || array.Type is TensorElementType.Int64 or TensorElementType.Int32;
        var columns = texts ? CountedTexts : words ? Counted : Math.Min(width, MostNumbers);
        var matrix = new DenseMatrix(array.Rows, columns);
        for (var i = 0; i < numbers.Length; i++)
        {
            var (row, place, value) = (i / width, i % width, numbers[i]);
            var column = words ? (int)((ulong)(long)value % (ulong)columns) : (int)((long)place * columns / width);
            matrix.At(row, column, matrix.At(row, column) + (words ? 1 : value));
        }

        return matrix;
    }

    private static double[] Numbers(NumpyArray array) => array.Type switch
    {
        TensorElementType.Float => From<float>(array, value => value),
        TensorElementType.Double => From<double>(array, value => value),
        TensorElementType.Float16 => From<Half>(array, value => (double)value),
        TensorElementType.Int64 => From<long>(array, value => value),
        TensorElementType.Int32 => From<int>(array, value => value),
        TensorElementType.Int16 => From<short>(array, value => value),
        TensorElementType.UInt16 => From<ushort>(array, value => value),
        TensorElementType.UInt32 => From<uint>(array, value => value),
        TensorElementType.UInt64 => From<ulong>(array, value => value),
        TensorElementType.Int8 => From<sbyte>(array, value => value),
        TensorElementType.String => Texts(array),
        TensorElementType.UInt8 or TensorElementType.Bool => From<byte>(array, value => value),
        _ => [],
    };

    /// <summary>A number for each text, the same for the same at the same place.</summary>
    private static double[] Texts(NumpyArray array)
    {
        var texts = TextArray.All(array.Data, array.Count);
        var width = Math.Max(1, texts.Length / array.Rows);
        return [.. texts.Select((text, i) => (double)(text.Aggregate(17U + (uint)(i % width), (hash, letter) =>
            unchecked(hash * 31 + letter)) % int.MaxValue))];
    }

    private static double[] From<T>(NumpyArray array, Func<T, double> convert) where T : unmanaged
    {
        var values = array.As<T>();
        var numbers = new double[values.Length];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = convert(values[i]);
        return numbers;
    }
}
