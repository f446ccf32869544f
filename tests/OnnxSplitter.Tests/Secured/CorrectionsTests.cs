using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Data;
using OnnxSplitter.Runtime.Secured;
using OnnxSplitter.Tests.Cli;

namespace OnnxSplitter.Tests.Secured;

/// <summary>A model of which a trusted process runs what changed weights add, and nothing else.</summary>
public sealed class CorrectionsTests
{
    private const float Close = 1e-4f;

    [Theory]
    [InlineData(5, "resnet20-fmnist.onnx")]
    [InlineData(4, "resnet20-fmnist.onnx")]
    [InlineData(4, "vit-fmnist.onnx")]
    public void Outputs_are_the_originals_but_for_rounding_at_any_batch(int harm, string name)
    {
        using var process = new TrustedProcess(new ShippedSample(harm, name), "--mode", "corrections");
        using var model = process.Connect();
        using var whole = new InferenceSession(process.Sample.Original);
        Assert.Equal(whole.InputNames, model.Inputs.Select(input => input.Name));
        Assert.Equal(whole.OutputNames, model.Outputs.Select(output => output.Name));
        foreach (var batch in new[] { 1, 3, 64 })
        {
            var image = TrustedProcess.Noise(batch, batch);
            AssertClose(process.Expected(image, batch), TrustedProcess.Run(model, image, batch));
        }
    }

    [Fact]
    public void All_evaluation_images_are_answered_as_by_the_original()
    {
        using var process = new TrustedProcess(new ShippedSample(harm: 5), "--mode", "corrections");
        using var model = process.Connect();
        using var whole = new InferenceSession(process.Sample.Original);
        using var shipped = new InferenceSession(process.Sample.Obfuscated);
        const int Batch = 100;
        const int Pixels = 28 * 28;
        var images = NumpyArchive.Read(Repository.Model("fashion-mnist-evaluation.npz"))["input"];
        var others = 0;
        for (var first = 0; first + Batch <= images.Rows; first += Batch)
        {
            var some = images.As<float>().Slice(first * Pixels, Batch * Pixels).ToArray();
            var expected = TrustedProcess.Run(whole, some, Batch);
            var actual = TrustedProcess.Run(model, some, Batch);
            AssertClose(expected, actual);
            Assert.Equal(SessionRuns.Classes(expected, 10), SessionRuns.Classes(actual, 10));
            others += SessionRuns.Classes(TrustedProcess.Run(shipped, some, Batch), 10)
                .Zip(SessionRuns.Classes(expected, 10)).Count(pair => pair.First != pair.Second);
        }

        Assert.True(others > 0);
    }

    [Fact]
    public void The_process_is_told_the_channels_that_matter_alone()
    {
        using var process = new TrustedProcess(new ShippedSample(harm: 5), "--mode", "corrections");
        using var connection = HostConnection.Open(process.Endpoint.Path, null, TimeSpan.FromSeconds(30));

        Assert.Equal(SecuredMode.Corrections, connection.Model.Mode);
        Assert.NotEmpty(connection.Model.Layers);
        foreach (var (layer, i) in connection.Model.Layers.Select((layer, i) => (layer, i)))
        {
            // Ten weights of each tensor were changed.
            Assert.InRange(layer.To.Places.Count, 1, 10);
            Assert.Equal(layer.From.Places.Count, connection.Model.Inputs[i].Dims[1]);
        }
    }

    [Fact]
    public void Several_threads_run_it_and_a_restart_between_runs_is_not_noticed()
    {
        using var process = new TrustedProcess(new ShippedSample(harm: 4), "--mode", "corrections");
        using var model = process.Connect();
        var image = TrustedProcess.Noise(1, 2);
        var expected = process.Expected(image, 2);
        Parallel.For(0, 8, _ => AssertClose(expected, TrustedProcess.Run(model, image, 2)));

        process.Kill();
        Assert.Equal(SecuredFailure.Unreachable,
            Assert.Throws<SecuredException>(() => TrustedProcess.Run(model, image, 2)).Failure);
        process.Restart();
        AssertClose(expected, TrustedProcess.Run(model, image, 2));
    }

    [Fact]
    public void A_process_that_hangs_costs_the_time_of_one_run_however_many_layers_there_are()
    {
        using var process = new TrustedProcess(new ShippedSample(harm: 4), "--mode", "corrections");
        var within = TimeSpan.FromSeconds(1);
        using var model = process.Connect(process.Endpoint with { RunWithin = within });
        using var patient = process.Connect();
        var image = TrustedProcess.Noise(1, 1);
        AssertClose(process.Expected(image, 1), TrustedProcess.Run(patient, image, 1));
        process.Signal("STOP");

        Assert.Equal(SecuredFailure.TimedOut,
            Assert.Throws<SecuredException>(() => TrustedProcess.Run(model, image, 1)).Failure);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => TrustedProcess.Run(model, image, 1, cancelled.Token));

        process.Signal("CONT");
        AssertClose(process.Expected(image, 1), TrustedProcess.Run(patient, image, 1));
    }

    [Fact]
    public void Requests_of_two_layers_or_of_none_are_refused_and_the_next_is_served()
    {
        using var process = new TrustedProcess(new ShippedSample(harm: 4), "--mode", "corrections");
        var within = TimeSpan.FromSeconds(30);
        using var connection = HostConnection.Open(process.Endpoint.Path, null, within);
        var arena = connection.Room(1 << 20);
        long[] dims = [.. connection.Model.Inputs[1].Dims.Select((dim, i) => dim < 0 ? i == 0 ? 1 : 7 : dim)];
        var length = connection.Model.Inputs[1].LengthOf(dims)!.Value;
        arena.Bytes(0, length).Clear();
        TensorPlace Place(int index) => new(index, dims, 0, length);
        foreach (var (inputs, outputs) in new (TensorPlace[], int[])[]
        {
            ([Place(1)], [0]), ([Place(1), Place(0)], [1]), ([], [0]), ([Place(7)], [7]), ([Place(1)], []),
            ([Place(1)], [1, 2]),
        })
            Assert.Equal(FailureCode.Request,
                Assert.Throws<FailedException>(() => connection.Run(inputs, outputs, within)).Code);

        Assert.Single(connection.Run([Place(1)], [1], within).Outputs);
    }

    [Fact]
    public void A_change_that_drowns_the_layers_output_is_refused_before_it_is_served()
    {
        using var sample = new ShippedSample(harm: 1);

        var (code, error) = TrustedProcess.Ended(
            [.. sample.CheckArguments(), "--mode", "corrections", "--socket", sample.Folder["socket"]]);

        Assert.Equal(2, code);
        Assert.Contains("no sum brings the layer's output back", error, StringComparison.Ordinal);
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        var scale = expected.Max(Math.Abs);
        Assert.All(expected.Zip(actual), pair =>
            Assert.InRange(pair.First - pair.Second, -Close * scale, Close * scale));
    }
}
