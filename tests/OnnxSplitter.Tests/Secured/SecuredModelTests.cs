using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Runtime.Secured;

namespace OnnxSplitter.Tests.Secured;

/// <summary>A host whose model runs in a trusted process.</summary>
public sealed class SecuredModelTests : IDisposable
{
    private readonly TrustedProcess _process = new();

    public void Dispose() => _process.Dispose();

    [Fact]
    public void Outputs_are_the_originals_bit_for_bit_at_any_batch_from_several_threads()
    {
        using var model = _process.Connect();
        Assert.Equal([-1, 1, 28, 28], model.Inputs[0].Dims);
        int[] batches = [1, 3, 64, 500];
        var expected = batches.ToDictionary(
            batch => batch, batch => _process.Expected(TrustedProcess.Noise(batch, batch), batch));
        Parallel.ForEach(Enumerable.Range(0, 20), new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            var batch = batches[i % batches.Length];
            Assert.Equal(expected[batch], TrustedProcess.Run(model, TrustedProcess.Noise(batch, batch), batch));
        });
    }

    [Fact]
    public void A_process_that_was_killed_is_missed_in_time_and_found_again()
    {
        var image = TrustedProcess.Noise(1, 1);
        using var model = _process.Connect();
        var expected = TrustedProcess.Run(model, image, 1);
        _process.Kill();

        // Not by the time that a run may take: that is another failure.
        Assert.Equal(SecuredFailure.Unreachable, Failure(model, image));
        _process.Restart();
        Assert.Equal(expected, TrustedProcess.Run(model, image, 1));
    }

    [Fact]
    public void A_process_that_hangs_costs_the_time_that_was_given_and_no_wrong_answer_after()
    {
        var (image, other) = (TrustedProcess.Noise(1, 1), TrustedProcess.Noise(2, 1));
        using var model = _process.Connect(_process.Endpoint with { RunWithin = TimeSpan.FromSeconds(1) });
        var expected = _process.Expected(other, 1);
        _process.Signal("STOP");
        Assert.Equal(SecuredFailure.TimedOut, Failure(model, image));
        _process.Signal("CONT");

        // The late answer to the first must not be taken for that to the second.
        using var patient = _process.Connect();
        Assert.Equal(expected, TrustedProcess.Run(patient, other, 1));
        for (var i = 0; i < 3; i++)
        {
            try
            {
                Assert.Equal(expected, TrustedProcess.Run(model, other, 1));
            }
            catch (SecuredException e) when (e.Failure == SecuredFailure.TimedOut)
            {
                // A busy machine; never another answer.
            }
        }
    }

    [Fact]
    public void Waiting_can_be_cancelled()
    {
        using var model = _process.Connect();
        _process.Signal("STOP");
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        Assert.Throws<OperationCanceledException>(
            () => TrustedProcess.Run(model, TrustedProcess.Noise(1, 1), 1, source.Token));
        _process.Signal("CONT");
        Assert.NotEmpty(TrustedProcess.Run(model, TrustedProcess.Noise(1, 1), 1));
    }

    [Fact]
    public void Requests_that_make_no_sense_are_refused_and_the_next_is_served()
    {
        using var model = _process.Connect();
        var image = TrustedProcess.Noise(1, 1);
        using var flat = OrtValue.CreateTensorValueFromMemory(image, [1, 28 * 28]);
        using var whole = OrtValue.CreateTensorValueFromMemory(new long[28 * 28], [1, 1, 28, 28]);
        using var right = OrtValue.CreateTensorValueFromMemory(image, [1, 1, 28, 28]);
        var (input, output) = (model.Inputs[0].Name, model.Outputs[0].Name);
        foreach (var (inputs, outputs) in new (Dictionary<string, OrtValue>, string[])[]
        {
            ([], [output]),
            (new() { ["other"] = right, [input] = right }, [output]),
            (new() { [input] = flat }, [output]),
            (new() { [input] = whole }, [output]),
            (new() { [input] = right }, ["other"]),
            (new() { [input] = right }, []),
        })
            Assert.Equal(SecuredFailure.Refused,
                Assert.Throws<SecuredException>(() => model.Run(inputs, outputs).Dispose()).Failure);
        Assert.NotEmpty(TrustedProcess.Run(model, image, 1));
    }

    [Fact]
    public void A_host_with_another_model_or_for_another_user_does_not_connect()
    {
        Assert.Equal(SecuredFailure.NotTheOne, Assert.Throws<SecuredException>(
            () => SecuredModel.Open(_process.Sample.Original, _process.Endpoint)).Failure);
        Assert.Equal(SecuredFailure.NotTheOne, Assert.Throws<SecuredException>(
            () => _process.Connect(_process.Endpoint with { User = 4321 })).Failure);
        Assert.Equal(SecuredFailure.Unreachable, Assert.Throws<SecuredException>(
            () => _process.Connect(new SecuredEndpoint(_process.Sample.Folder["nothing"]))).Failure);
    }

    [Fact]
    public async Task It_ends_when_it_is_asked_to_with_a_run_under_way()
    {
        using var model = _process.Connect();
        var run = Task.Run(() => Failure(model, TrustedProcess.Noise(1, 2000), 2000));
        Assert.Equal(0, _process.Terminate());
        Assert.NotEqual(SecuredFailure.Garbled, await run);
    }

    /// <summary>How a run fails; null if it does not.</summary>
    private static SecuredFailure? Failure(SecuredModel model, float[] image, int batch = 1)
    {
        try
        {
            TrustedProcess.Run(model, image, batch);
            return null;
        }
        catch (SecuredException e)
        {
            return e.Failure;
        }
    }
}
