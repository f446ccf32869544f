using System.Globalization;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace OnnxSplitter.Data;

/// <summary>
/// Reads examples as ONNX's own tests keep them: folders <c>test_data_set_N</c>, each with one file
/// <c>input_K.pb</c> for the model's K-th input.
/// </summary>
internal static class TestDataSets
{
    /// <summary>The sets below a folder, in the order of their numbers; the folder itself if it is one.</summary>
    public static IReadOnlyList<string> In(string folder)
    {
        const string Prefix = "test_data_set_";
        if (File.Exists(Path.Combine(folder, "input_0.pb"))) return [folder];
        return
        [
            .. Directory.GetDirectories(folder, $"{Prefix}*")
                .Select(path => (Path: path, IsSet: int.TryParse(
                    Path.GetFileName(path).AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture,
                    out var number),
                    Number: number))
                .Where(set => set.IsSet).OrderBy(set => set.Number).Select(set => set.Path),
        ];
    }

    /// <summary>
    /// Reads all sets. Where the inputs have a batch axis in front, its rows are the examples; else a set is one.
    /// </summary>
    /// <exception cref="DataFormatException">
    /// A file is missing, can't be read, or differs from the others in shape.
    /// </exception>
    public static Dataset Read(IReadOnlyList<string> sets, IReadOnlyList<ModelInput> model)
    {
        var shared = ModelInput.ShareBatch(model, out _);
        var inputs = new Dictionary<string, NumpyArray>(StringComparer.Ordinal);
        var whole = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < model.Count; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"input_{i}.pb");
            var array = Joined([.. sets.Select(set => TensorFile.Read(Path.Combine(set, name)))], sets, name, shared);
            if (model[i].TakesWhole(array, Path.Combine(sets[0], name))) whole.Add(model[i].Name);
            inputs[model[i].Name] = array;
        }

        return Dataset.Of(sets[0], inputs, labels: null, whole);
    }

    private static NumpyArray Joined(NumpyArray[] arrays, IReadOnlyList<string> sets, string name, bool rows)
    {
        var first = arrays[0];
        var start = rows && first.Dims.Length > 0 ? 1 : 0;
        for (var i = 1; i < arrays.Length; i++)
            if (arrays[i].Type != first.Type || arrays[i].Dims.Length != first.Dims.Length
                || !arrays[i].Dims.AsSpan(start).SequenceEqual(first.Dims.AsSpan(start)))
                throw new DataFormatException(
                    $"{Path.Combine(sets[i], name)} has another shape or type than that of {sets[0]}.",
                    "Pass sets of one shape.");
        long[] dims = start == 1
            ? [arrays.Sum(array => array.Dims[0]), .. first.Dims[1..]]
            : [arrays.Length, .. first.Dims];
        if (first.Type == TensorElementType.String)
            return TextArray.Of([.. arrays.SelectMany(array => TextArray.All(array.Data, array.Count))], dims)
                ?? throw new DataFormatException($"The files {name} are too large together.", "Pass fewer sets.");
        var length = arrays.Sum(array => (long)array.Data.Length);
        if (length > Array.MaxLength)
            throw new DataFormatException(
                $"The files {name} hold {length} bytes together, which is too much.", "Pass fewer sets.");
        var data = GC.AllocateUninitializedArray<byte>((int)length);
        var at = 0;
        foreach (var array in arrays)
        {
            array.Data.CopyTo(data, at);
            at += array.Data.Length;
        }

        return new NumpyArray(first.Type, dims, data);
    }
}
