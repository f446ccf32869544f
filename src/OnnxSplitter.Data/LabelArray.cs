using System.Globalization;
using System.Numerics;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace OnnxSplitter.Data;

/// <summary>
/// Finds the class numbers among a file's arrays, or what the model calls its classes, if that is what all of them are.
/// </summary>
/// <param name="Name">Of the array that holds them; null where none does.</param>
/// <param name="Labels">One for each example.</param>
/// <param name="Unused">
/// Names of arrays that are neither inputs nor labels, with why, in brackets, where the name says that they are labels.
/// </param>
internal sealed record LabelArray(string? Name, int[]? Labels, IReadOnlyList<string> Unused)
{
    private const string Plural = "labels";

    // What others call it; an array of such a name that holds no class numbers is no mistake.
    private static readonly string[] OtherNames = [Plural, "y", "target"];

    /// <summary>Looks at arrays that are no inputs.</summary>
    /// <param name="path">Where they are from.</param>
    /// <param name="arrays">Arrays by name.</param>
    /// <param name="count">Number of examples.</param>
    /// <param name="classes">Labels of the model's classes, in order; null if they are not known.</param>
    /// <exception cref="DataFormatException">
    /// What is called label holds no class numbers, or what is called labels holds some too.
    /// </exception>
    public static LabelArray Among(string path, IReadOnlyDictionary<string, NumpyArray> arrays, int count,
        IReadOnlyList<string>? classes = null)
    {
        var why = OtherNames.Append(Dataset.LabelName).Where(arrays.ContainsKey)
            .ToDictionary(name => name, name => Problem(arrays[name], count, classes), StringComparer.Ordinal);
        if (why.TryGetValue(Dataset.LabelName, out var problem))
        {
            if (problem is not null) throw Dataset.Misfit(path, $"of '{Dataset.LabelName}', {problem}");
            if (why.TryGetValue(Plural, out var other) && other is null)
                throw Dataset.Misfit(path,
                    $"'{Dataset.LabelName}' and '{Plural}' both hold class numbers, and one of them is enough");
        }

        var source = why.ContainsKey(Dataset.LabelName)
            ? Dataset.LabelName
            : OtherNames.FirstOrDefault(name => why.TryGetValue(name, out var reason) && reason is null);
        return new LabelArray(source,
            source is null ? null
                : Places(arrays[source], classes) ?? [.. Numbers(arrays[source])!.Select(number => (int)number)],
            [
                .. arrays.Keys.Where(name => name != source).Order(StringComparer.Ordinal)
                    .Select(name => why.GetValueOrDefault(name) is { } reason ? $"{name} ({reason})" : name),
            ]);
    }

    /// <returns>Why it holds no class numbers; null if it does.</returns>
    private static string? Problem(NumpyArray array, int count, IReadOnlyList<string>? classes)
    {
        if (array.Dims.Length != 1 || array.Rows != count)
            return $"the shape is [{string.Join(", ", array.Dims)}], not one number for each of the {count} examples";
        if (Places(array, classes) is not null) return null;
        if (array.Type == TensorElementType.String && classes is not null)
            return $"a value is none of the model's classes ({string.Join(", ", classes)})";
        if (Numbers(array) is not { } numbers) return $"the values are of {array.Type}, not numbers";
        foreach (var number in numbers)
            if (!(number is >= 0 and <= int.MaxValue && double.IsInteger(number)))
                return string.Create(CultureInfo.InvariantCulture, $"the value {number} is no class number");
        return null;
    }

    /// <summary>The classes that labels name; null if they name no classes.</summary>
    private static int[]? Places(NumpyArray array, IReadOnlyList<string>? classes)
    {
        if (classes is null) return null;
        var texts = array.Type == TensorElementType.String
            ? TextArray.All(array.Data, array.Count)
            : Numbers(array)?.Select(number => number.ToString(CultureInfo.InvariantCulture)).ToArray();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < classes.Count; i++) places.TryAdd(classes[i], i);
        return texts?.All(places.ContainsKey) == true ? Array.ConvertAll(texts, text => places[text]) : null;
    }

    private static double[]? Numbers(NumpyArray array) => array.Type switch
    {
        TensorElementType.Int64 => Doubles<long>(array),
        TensorElementType.Int32 => Doubles<int>(array),
        TensorElementType.Int16 => Doubles<short>(array),
        TensorElementType.Int8 => Doubles<sbyte>(array),
        TensorElementType.UInt64 => Doubles<ulong>(array),
        TensorElementType.UInt32 => Doubles<uint>(array),
        TensorElementType.UInt16 => Doubles<ushort>(array),
        TensorElementType.UInt8 => Doubles<byte>(array),
        TensorElementType.Float16 => Doubles<Half>(array),
        TensorElementType.Float => Doubles<float>(array),
        TensorElementType.Double => Doubles<double>(array),
        _ => null,
    };

    private static double[] Doubles<T>(NumpyArray array) where T : unmanaged, INumber<T> =>
        Array.ConvertAll(array.As<T>().ToArray(), double.CreateSaturating);
}
