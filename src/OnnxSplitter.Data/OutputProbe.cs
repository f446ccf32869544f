using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace OnnxSplitter.Data;

/// <summary>Runs a model on the first of some examples, and looks at one of its outputs.</summary>
/// <param name="session">The model.</param>
/// <param name="inputs">Its inputs.</param>
/// <param name="examples">Examples for it.</param>
/// <param name="output">The output's name.</param>
internal sealed class OutputProbe(
    InferenceSession session, IReadOnlyList<ModelInput> inputs, Dataset examples, string output)
{
    // Lengths differ from 1 by rounding, in half precision too.
    private const double UnitTolerance = 2e-3;

    // Enough that of a condition on all of them some would not agree with the rest.
    private const int ComparedExamples = 8;

    // Of the output's own spread: rounding, and scales of activations that are taken over a batch, stay far below.
    private const double Alike = 0.1;

    /// <summary>Whether two examples at once give two rows of the shape that one gives.</summary>
    public bool GrowsWithBatch(long[] dims)
    {
        try
        {
            return Dims(2).AsSpan().SequenceEqual([2, .. dims[1..]]);
        }
        catch (DataFormatException)
        {
            return false;
        }
    }

    /// <summary>
    /// Whether what an example gives hangs on those beside it, as where a condition is on all of a batch.
    /// </summary>
    public bool HangsOnOthers()
    {
        var count = Math.Min(ComparedExamples, examples.Count);
        if (count < 2) return false;
        try
        {
            var together = Look(count, value => OrtFloats.Read(value).ToArray());
            float[] alone =
                [.. Enumerable.Range(0, count).SelectMany(i => Look(1, value => OrtFloats.Read(value).ToArray(), i))];
            return together.Length == alone.Length
                && TensorPrimitives.Distance(together, alone)
                    > Alike * Math.Sqrt(together.Length) * TensorPrimitives.StdDev<float>(together);
        }
        catch (DataFormatException)
        {
            return false;
        }
    }

    /// <summary>Whether an output's rows have length 1, and are no probabilities.</summary>
    public bool AreEmbeddings(int count) =>
        Look(count, value =>
        {
            var values = OrtFloats.Read(value);
            var width = values.Length / count;
            if (TensorPrimitives.Min(values) >= 0) return false;
            for (var i = 0; i < count; i++)
            {
                var length = TensorPrimitives.Norm(values.Slice(i * width, width));
                if (!(Math.Abs(length - 1) < UnitTolerance)) return false;
            }
            return true;
        });

    /// <summary>The output's shape for the first examples.</summary>
    public long[] Dims(int count) =>
        Look(count, value =>
        {
            var dims = OrtFloats.Shape(value);
            return dims.Aggregate(1L, (product, dim) => checked(product * dim)) switch
            {
                0 => throw new DataFormatException(
                    $"Output '{output}' is empty for these inputs: its shape is [{string.Join(", ", dims)}].",
                    "Pass examples for which it is not (longer ones, for instance), or pick another output with "
                    + "ModelOutput.")
                {
                    Properties = ["ModelOutput"],
                },
                <= int.MaxValue => dims,
                _ => throw ModelSignature.Unsupported($"its output '{output}' is too large"),
            };
        });

    /// <summary>Runs some examples and looks at an output.</summary>
    private T Look<T>(int count, Func<OrtValue, T> look, int first = 0)
    {
        var values = inputs.Select(input => examples.Batch(input.Name, first, count)).ToArray();
        try
        {
            // What fails here is told by the exception alone.
            using var run = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
            using var results = session.Run(run, [.. inputs.Select(input => input.Name)], values, [output]);
            return look(results[0]);
        }
        catch (OnnxRuntimeException e)
        {
            throw new DataFormatException($"The model can't be run on these inputs: {e.Message}",
                "Check the shapes of the arrays against the model's inputs.", e);
        }
        finally
        {
            foreach (var value in values) value.Dispose();
        }
    }
}
