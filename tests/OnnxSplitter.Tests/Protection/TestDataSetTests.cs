using Google.Protobuf;
using Microsoft.ML.OnnxRuntime.Tensors;
using Onnx;
using OnnxSplitter.Data;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Protection;

/// <summary>Folders of ONNX's own test data as data.</summary>
public sealed class TestDataSetTests : IDisposable
{
    private static readonly ModelInput Rows = new("x", TensorElementType.Float, [-1, 2], ["", ""]);
    private static readonly ModelInput Switch = new("rate", TensorElementType.Int64, [], []);

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Rows_of_all_sets_are_the_examples_in_the_order_of_the_sets_numbers()
    {
        Write(10, 0, [1, 2], 5, 6);
        Write(2, 0, [2, 2], 1, 2, 3, 4);

        var data = Dataset.Read(_folder.Root, [Rows]);

        Assert.Equal([3, 2], data.Inputs["x"].Dims);
        Assert.Equal([1, 2, 3, 4, 5, 6], data.Inputs["x"].As<float>().ToArray());
        Assert.False(data.OneByOne);
    }

    [Fact]
    public void Where_an_input_has_no_batch_axis_a_set_is_one_example()
    {
        for (var set = 0; set < 2; set++)
        {
            Write(set, 0, [1, 2], set, 1);
            File.WriteAllBytes(Path.Combine(Set(set), "input_1.pb"),
                new TensorProto { DataType = (int)DataType.Int64, Int64Data = { 8000 + set } }.ToByteArray());
        }

        var data = Dataset.Read(_folder.Root, [Rows, Switch]);

        Assert.True(data.OneByOne);
        Assert.Equal([2, 1, 2], data.Inputs["x"].Dims);
        Assert.Equal([8000, 8001], data.Inputs["rate"].As<long>().ToArray());
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("shape")]
    [InlineData("type")]
    [InlineData("values")]
    [InlineData("dims")]
    [InlineData("text")]
    public void What_does_not_fit_is_refused(string defect)
    {
        Write(0, 0, [1, 2], 1, 2);
        if (defect == "missing") Directory.CreateDirectory(Set(1));
        if (defect == "shape") Write(1, 0, [1, 3], 1, 2, 3);
        if (defect == "values") Write(1, 0, [1, 2], 1, 2, 3);
        if (defect == "dims") Write(1, 0, [1L << 40, 1L << 40], 1);
        if (defect == "text") File.WriteAllText(Path.Combine(Set(0), "input_0.pb"), "This is no tensor.");
        var input = defect == "type" ? Rows with { Type = TensorElementType.Double } : Rows;

        Assert.Throws<DataFormatException>(() => Dataset.Read(_folder.Root, [input]));
    }

    public void Dispose() => _folder.Dispose();

    private string Set(int set) => _folder[$"test_data_set_{set}"];

    private void Write(int set, int input, long[] dims, params float[] values)
    {
        Directory.CreateDirectory(Set(set));
        File.WriteAllBytes(Path.Combine(Set(set), $"input_{input}.pb"),
            new TensorProto { DataType = (int)DataType.Float, Dims = { dims }, FloatData = { values } }.ToByteArray());
    }
}
