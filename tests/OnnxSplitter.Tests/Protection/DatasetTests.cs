using System.Text;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime.Tensors;
using Onnx;
using OnnxSplitter.Data;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Protection;

/// <summary>Archives of NumPy arrays as data.</summary>
public sealed class DatasetTests : IDisposable
{
    private static readonly ModelInput Rows = new("x", TensorElementType.Float, [-1, 2], ["", ""]);
    private static readonly ModelInput City = new("city", TensorElementType.String, [-1, 1], ["", ""]);

    private readonly TemporaryFolder _folder = new();

    private readonly (string Name, string Type, long[] Dims, byte[] Data) _rows =
        ("x", "<f4", [3, 2], NumpyFile.Bytes<float>([1, 2, 3, 4, 5, 6]));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("label", "")]
    [InlineData("labels", "")]
    [InlineData("y", "")]
    [InlineData("target", "")]
    [InlineData("other", "other")]
    public void Class_numbers_are_taken_under_the_names_that_they_usually_have(string name, string unused)
    {
        var data = Read(Rows, _rows, (name, "<i8", [3], NumpyFile.Bytes<long>([2, 0, 1])));

        Assert.Equal(unused.Length == 0 ? [2, 0, 1] : null, data.Labels);
        Assert.Equal(unused.Length == 0 ? name : null, data.LabelSource);
        Assert.Equal(unused.Length == 0 ? [] : [unused], data.Unused);
    }

    [Theory]
    [InlineData("<f4")]
    [InlineData("<f8")]
    [InlineData("<u2")]
    [InlineData(">i4")]
    public void Whole_numbers_of_any_type_are_class_numbers(string type)
    {
        var data = Read(Rows, _rows, ("labels", type, [3], type switch
        {
            "<f4" => NumpyFile.Bytes<float>([2, 0, 1]),
            "<f8" => NumpyFile.Bytes<double>([2, 0, 1]),
            "<u2" => NumpyFile.Bytes<ushort>([2, 0, 1]),
            _ => [0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1],
        }));

        Assert.Equal([2, 0, 1], data.Labels);
        Assert.Empty(data.Unused);
    }

    [Fact]
    public void Of_several_label_is_taken()
    {
        var numbers = NumpyFile.Bytes<long>([2, 0, 1]);

        var both = Read(Rows, _rows, ("y", "<f4", [3], NumpyFile.Bytes<float>([1, 2, 3])),
            ("label", "<i8", [3], numbers));

        Assert.Equal([2, 0, 1], both.Labels);
        Assert.Equal(["y"], both.Unused);
    }

    [Fact]
    public void Label_and_labels_in_one_file_are_refused()
    {
        var numbers = NumpyFile.Bytes<long>([2, 0, 1]);

        var refusal = Assert.Throws<DataFormatException>(
            () => Read(Rows, _rows, ("labels", "<i8", [3], numbers), ("label", "<i8", [3], numbers)));

        Assert.Contains("'label' and 'labels'", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.5f, "the value 0.5 is no class number")]
    [InlineData(-1f, "the value -1 is no class number")]
    [InlineData(float.NaN, "the value NaN is no class number")]
    [InlineData(1e10f, "the value 10000000000 is no class number")]
    public void What_is_called_labels_and_holds_no_class_numbers_is_not_used_and_why_is_said(float value, string why)
    {
        var values = NumpyFile.Bytes<float>([1, value, 2]);

        var data = Read(Rows, _rows, ("y", "<f4", [3], values), ("labels", "<f4", [1, 3], values));

        Assert.Null(data.Labels);
        Assert.Equal(
            ["labels (the shape is [1, 3], not one number for each of the 3 examples)", $"y ({why})"], data.Unused);
        Assert.Throws<DataFormatException>(() => Read(Rows, _rows, ("label", "<f4", [3], values)));
    }

    [Fact]
    public void Big_endian_numbers_are_read()
    {
        var data = Read(Rows, ("x", ">f4", [3, 2],
            [.. new float[] { 1, 2, 3, 4, 5, 6 }.SelectMany(value => BitConverter.GetBytes(value).Reverse())]));

        Assert.Equal([1f, 2, 3, 4, 5, 6], data.Inputs["x"].As<float>().ToArray());
    }

    [Fact]
    public void Arrays_that_are_stored_column_by_column_are_read_row_by_row()
    {
        var stored = new float[24];
        for (var i = 0; i < 2; i++)
            for (var j = 0; j < 3; j++)
                for (var k = 0; k < 4; k++) stored[i + 2 * (j + 3 * k)] = 12 * i + 4 * j + k;
        var file = NumpyFile.Array("<f4", [2, 3, 4], NumpyFile.Bytes(stored), columns: true);
        using var stream = new MemoryStream(file);

        var array = NumpyArray.Read(stream, file.Length, "x");

        Assert.Equal([2, 3, 4], array.Dims);
        Assert.Equal(Enumerable.Range(0, 24).Select(i => (float)i), array.As<float>().ToArray());
    }

    [Theory]
    [InlineData("<U6")]
    [InlineData("|S12")]
    public void Strings_are_fed_as_they_are(string type)
    {
        string[] cities = ["Köln", "", "Łódź 😀"];
        var data = Read(City, ("city", type, [3, 1], Encoded(cities, type)));

        using var batch = data.Batch("city", 0, 3);
        using var last = data.Pick([2]).Batch("city", 0, 1);

        Assert.Equal(cities, batch.GetStringTensorAsArray());
        Assert.Equal(cities[2..], last.GetStringTensorAsArray());
    }

    [Fact]
    public void So_are_those_of_onnx_test_data()
    {
        foreach (var (set, text) in new[] { (0, "a"), (1, "longer") })
        {
            Directory.CreateDirectory(_folder[$"test_data_set_{set}"]);
            File.WriteAllBytes(_folder[$"test_data_set_{set}/input_0.pb"], new TensorProto
            {
                DataType = (int)DataType.String,
                Dims = { 1, 1 },
                StringData = { ByteString.CopyFromUtf8(text) },
            }.ToByteArray());
        }

        using var batch = Dataset.Read(_folder.Root, [City]).Batch("city", 0, 2);

        Assert.Equal(["a", "longer"], batch.GetStringTensorAsArray());
    }

    [Theory]
    [InlineData("<U0", 0)] // Any number of them would take no bytes.
    [InlineData("|O", 24)]
    [InlineData("<U999999", 24)]
    public void Strings_of_no_length_and_objects_are_refused(string type, int bytes) =>
        Assert.Throws<DataFormatException>(() => Read(City, ("city", type, [3, 1], new byte[bytes])));

    private static byte[] Encoded(string[] texts, string type)
    {
        var (encoding, size) = type[1] == 'U' ? (Encoding.UTF32, 24) : (Encoding.UTF8, 12);
        return [.. texts.SelectMany(text => encoding.GetBytes(text).Concat(new byte[size]).Take(size))];
    }

    private Dataset Read(ModelInput input, params (string Name, string Type, long[] Dims, byte[] Data)[] arrays) =>
        Dataset.Read(NumpyFile.Write(_folder[$"{Guid.NewGuid()}.npz"], arrays), [input]);
}
