using OnnxSplitter.Data;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Protection;

public sealed class ModelSignatureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, null)]
    public void A_model_whose_answers_hang_on_the_rest_of_a_batch_gets_one_example_at_once(bool hangs, int? batch)
    {
        var model = new SmallModel().Input("x", DataType.Float, "n", 16).Output("y", DataType.Float, "n", 6)
            .Weights("w", 16, 6).Weights("v", 1, 6);
        if (hangs) model.Node("ReduceSum", ["x"], "sum").Node("Mul", ["sum", "v"], "shift");
        else model.Node("Mul", ["v", "v"], "shift");
        model.Node("MatMul", ["x", "w"], "plain").Node("Add", ["plain", "shift"], "y");
        var path = model.Write(_folder["model.onnx"]);
        using var session = Sessions.Plain.Open(path);
        var signature = ModelSignature.Of(session, Examples.Normal("x", 32, 16, seed: 1));

        Assert.Equal((batch, false), (signature.FixedBatch, signature.OneByOne));
    }
}
