using CsCheck;
using Microsoft.ML.OnnxRuntime.Tensors;
using OnnxSplitter.Runtime.Secured;
using OnnxSplitter.Runtime.Secured.Transport;

namespace OnnxSplitter.Tests.Secured;

/// <summary>What hosts and trusted processes say to each other, as bytes.</summary>
public sealed class SecuredMessageTests
{
    private static readonly Gen<TensorPlace> Place =
        from index in Gen.Int[0, ushort.MaxValue]
        from dims in Gen.Long.Array[0, 8]
        from offset in Gen.Long
        from length in Gen.Long
        select new TensorPlace(index, dims, offset, length);

    private static readonly Gen<SecuredTensor> Tensor =
        from name in Gen.String[Gen.Char['a', 'z'], 0, 20]
        from type in Gen.Int[1, 16]
        from dims in Gen.Long[-1, long.MaxValue].Array[0, 8]
        select new SecuredTensor(name, (TensorElementType)type, dims);

    private static readonly Gen<CorrectedLayer> Layer =
        from data in Gen.String[Gen.Char['a', 'z'], 0, 20]
        from source in Gen.Int[0, int.MaxValue].Array[0, 8]
        from target in Gen.Int[0, int.MaxValue].Array[0, 8]
        from axis in Gen.Int[-1, 1]
        select new CorrectedLayer(data, Some(axis, source), "", Some(-axis, target));

    private static Channels Some(int axis, int[] places) => new(axis, [.. places.Distinct().Order()]);

    [Fact]
    public void Channels_in_no_order_are_garbled()
    {
        var tensor = new SecuredTensor("y", TensorElementType.Float, [1]);
        foreach (int[] places in new[] { [1, 1], [3, 2], new[] { -1 } })
        {
            var said = new ModelDescription(SecuredMode.Corrections, new byte[32], [tensor], [tensor])
            {
                Layers = [new CorrectedLayer("x", new Channels(1, places), "y", new Channels(1, []))],
            };
            Assert.Throws<ChannelException>(() => Bodies.Welcome(Bodies.Welcome(said, 1)));
        }
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        Gen.Select(Place.Array[0, 10], Gen.Int[0, 1000].Array[0, 10]).Holds(run =>
        {
            var (inputs, outputs) = Bodies.Run(Bodies.Run(run.Item1, run.Item2));
            AssertSame(run.Item1, inputs);
            Assert.Equal(run.Item2, outputs);
        });
        Gen.Select(Place.Array[0, 10], Gen.Long).Holds(done =>
        {
            var (outputs, length) = Bodies.Done(Bodies.Done(done.Item1, done.Item2));
            AssertSame(done.Item1, outputs);
            Assert.Equal(done.Item2, length);
        });
        Gen.Select(Gen.Byte.Array[32], Tensor.Array[0, 10], Tensor.Array[0, 10],
            Gen.Int[0, 1].Select(mode => (SecuredMode)mode)).Holds(told =>
        {
            var (model, length) = Bodies.Welcome(
                Bodies.Welcome(new ModelDescription(told.Item4, told.Item1, told.Item2, told.Item3), 1 << 20));
            Assert.Equal(told.Item1, model.Sha256);
            Assert.Equal(told.Item4, model.Mode);
            Assert.Equal(1 << 20, length);
            AssertSame(told.Item2, model.Inputs);
            AssertSame(told.Item3, model.Outputs);
        });
        Gen.Select(Gen.Byte.Array[32], Gen.Select(Tensor, Layer).Array[0, 10]).Holds(told =>
        {
            CorrectedLayer[] layers = [.. told.Item2.Select(pair => pair.Item2 with { Output = pair.Item1.Name })];
            SecuredTensor[] tensors = [.. told.Item2.Select(pair => pair.Item1)];
            var said = new ModelDescription(SecuredMode.Corrections, told.Item1, tensors, tensors) { Layers = layers };
            Assert.True(Bodies.Welcome(Bodies.Welcome(said, 1)).Model.Serves(said));
        });
    }

    [Fact]
    public void Whatever_bytes_come_are_read_or_refused_as_garbled()
    {
        Func<byte[], object>[] readers =
        [
            body => Bodies.Length(body), body => Bodies.Failed(body), body => Bodies.Welcome(body),
            body => Bodies.Run(body), body => Bodies.Done(body),
        ];
        Gen.Byte.Array[0, 300].Holds(body => Assert.All(readers, read => AssertReads(read, body)), draws: 2000);

        // Bytes that begin well are refused farther in.
        var right = Bodies.Run([new TensorPlace(0, [1, 2, 3], 64, 24)], [0, 1]);
        Gen.Select(Gen.Int[0, right.Length - 1], Gen.Byte).Holds(flip =>
        {
            var body = right.ToArray();
            body[flip.Item1] ^= flip.Item2;
            Assert.All(readers, read => AssertReads(read, body));
            Assert.Throws<ChannelException>(() => readers[3](right[..flip.Item1]));
        }, draws: 2000);
    }

    [Fact]
    public void Lengths_are_worked_out_without_running_over()
    {
        var tensor = new SecuredTensor("x", TensorElementType.Float, []);
        Assert.Equal(24, tensor.LengthOf([2, 3]));
        Assert.Equal(4, tensor.LengthOf([]));
        Assert.Equal(0, tensor.LengthOf([long.MaxValue, 0]) ?? 0);
        Assert.Null(tensor.LengthOf([long.MaxValue]));
        Assert.Null(tensor.LengthOf([1L << 31, 1L << 31]));
        Assert.Null(tensor.LengthOf([-1, 4]));
    }

    private static void AssertReads(Func<byte[], object> read, byte[] body)
    {
        try
        {
            read(body);
        }
        catch (ChannelException e)
        {
            Assert.Equal(ChannelEnd.Protocol, e.End);
        }
    }

    private static void AssertSame(IReadOnlyList<TensorPlace> expected, IReadOnlyList<TensorPlace> actual) =>
        Assert.Equal(expected.Select(Words), actual.Select(Words));

    private static void AssertSame(IReadOnlyList<SecuredTensor> expected, IReadOnlyList<SecuredTensor> actual) =>
        Assert.Equal(expected.Select(Words), actual.Select(Words));

    private static string Words(TensorPlace place) =>
        $"{place.Index} {string.Join(',', place.Dims)} {place.Offset} {place.Length}";

    private static string Words(SecuredTensor tensor) =>
        $"{tensor.Name} {tensor.Type} {string.Join(',', tensor.Dims)}";
}
