using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;

namespace OnnxSplitter.Checker;

/// <summary>A model in a session, and what it gives.</summary>
internal sealed class RunningModel : IDisposable
{
    private readonly InferenceSession _session;

    private RunningModel(InferenceSession session) => _session = session;

    /// <summary>Takes a session.</summary>
    /// <param name="open">Makes it.</param>
    /// <param name="name">Of what, for messages.</param>
    /// <param name="request">What is checked.</param>
    /// <exception cref="ModelFormatException">ONNX Runtime can't load it.</exception>
    public static RunningModel Open(CheckRequest request, Func<InferenceSession> open, string name) =>
        new(request.Sessions.Try(name, open, () => ModelFile.Open(request.Obfuscated)));

    /// <summary>A session of a file, as a host makes it.</summary>
    /// <param name="path">The <c>.onnx</c> file.</param>
    /// <param name="request">What is checked.</param>
    /// <exception cref="ModelFormatException">ONNX Runtime can't load it.</exception>
    public static RunningModel Open(CheckRequest request, string path) => Open(request, () =>
    {
        using var options = request.Sessions.Options();
        return new InferenceSession(path, options);
    }, path);

    /// <summary>Whether it has an output of that name.</summary>
    public bool Gives(string output) => _session.OutputMetadata.ContainsKey(output);

    /// <summary>Random examples that fit this model, the same every time.</summary>
    /// <param name="file">The same as a file, perhaps with other weights.</param>
    /// <param name="count">How many.</param>
    /// <param name="output">The output that is looked at; null for the first of floats that weights reach.</param>
    /// <param name="signature">What goes in and comes out.</param>
    /// <exception cref="ModelFormatException">Its inputs can't be drawn.</exception>
    public Dataset Draw(ModelFile file, int count, string? output, out ModelSignature signature)
    {
        var chosen = ModelOutputs.Of(file).Choose(_session, output);
        var examples =
            InputSampler.Settle(_session, file.Structure.Graph, InputShapes.None, chosen).Draw(count, seed: 0);
        signature = ModelSignature.Of(_session, examples, chosen);
        return examples;
    }

    /// <summary>Reads examples that fit this model, and finds out how it is to be measured on them.</summary>
    /// <param name="path">The data.</param>
    /// <param name="file">The same as a file, perhaps with other weights.</param>
    /// <param name="output">The output that is measured; null for the first of floats that weights reach.</param>
    /// <param name="embedding">Whether it is said to be an embedding.</param>
    /// <param name="signature">What goes in and comes out, and how it is measured.</param>
    /// <exception cref="DataFormatException">They don't fit.</exception>
    public Dataset Read(
        string path, ModelFile file, string? output, bool embedding, out ModelSignature signature)
    {
        var outputs = ModelOutputs.Of(file);
        var chosen = outputs.Choose(_session, output);
        var examples = Dataset.Read(path, ModelInput.Of(_session), outputs.Classes(chosen));
        signature = ModelSignature.Of(_session, examples, chosen, metric: null, embedding);
        try
        {
            signature.CheckLabels(examples);
        }
        catch (DataFormatException e)
        {
            // Whether there are labels says here how outputs are measured.
            throw new DataFormatException(e.Message,
                $"Save the class numbers as '{Dataset.LabelName}'. If output '{signature.Output}' is an embedding, "
                + "pass --embedding; if other values than class scores, data without labels.", e);
        }

        return examples;
    }

    /// <summary>Share of examples whose highest score is their label's, balanced; NaN where a score is.</summary>
    public Measured Accuracy(Dataset data, ModelSignature signature) =>
        SessionRuns.Accuracy(_session, signature, data);

    /// <summary>The output's values of every example, one after the other.</summary>
    public float[] Outputs(Dataset data, ModelSignature signature) => SessionRuns.Outputs(_session, signature, data);

    /// <summary>Whether two runs on the same examples give different outputs, as of dropout and random ops.</summary>
    public bool Varies(Dataset data, ModelSignature signature) => SessionRuns.Vary(_session, signature, data);

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}
