using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;
using Onnx;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Runtime.Ort;

namespace OnnxSplitter.Runtime.Secured;

/// <summary>What of an obfuscated model a host runs itself: all that comes before the first changed layer.</summary>
internal sealed class HostPrefix : IDisposable
{
    private readonly InferenceSession _session;
    private readonly GraphProto _graph;

    /// <summary>Opens it.</summary>
    /// <param name="model">The obfuscated model.</param>
    /// <param name="tail">What the trusted process runs.</param>
    /// <param name="options">For the session; null for the usual ones. Still the caller's.</param>
    /// <exception cref="ModelFormatException">The model can't be read.</exception>
    /// <exception cref="SecuredException">It changed since.</exception>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime can't load it.</exception>
    public HostPrefix(ShippedModel model, ModelDescription tail, SessionOptions? options)
    {
        using var file = Read(model, out var bytes);
        _graph = file.Structure.Graph;
        var outputs = _graph.Output.Select(output => output.Name)
            .Except(tail.Outputs.Select(output => output.Name), StringComparer.Ordinal);
        _session = Open(file, bytes,
            [.. tail.Inputs.Select(input => input.Name).Except(Given(_graph), StringComparer.Ordinal), .. outputs],
            options);
    }

    /// <summary>The model's inputs.</summary>
    public IReadOnlyList<SecuredTensor> Inputs => SecuredTensor.Of(_session.InputNames, _session.InputMetadata);

    /// <summary>Outputs of the model that the host makes itself.</summary>
    public IReadOnlyList<SecuredTensor> Outputs =>
    [
        .. SecuredTensor.Of(_session.OutputNames, _session.OutputMetadata)
            .Where(output => OutputNames.Contains(output.Name)),
    ];

    /// <summary>Names of all of the model's outputs, in its order.</summary>
    public IEnumerable<string> OutputNames => _graph.Output.Select(output => output.Name);

    /// <summary>Reads an obfuscated model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="bytes">Gets its <c>.onnx</c> file.</param>
    /// <exception cref="ModelFormatException">It can't be read.</exception>
    /// <exception cref="SecuredException">It changed since its digest was taken.</exception>
    public static ModelFile Read(ShippedModel model, out byte[] bytes)
    {
        bytes = model.Read();
        return SHA256.HashData(bytes).AsSpan().SequenceEqual(model.Sha256)
            ? ModelFile.Of(bytes, model.Name, model.Folder)
            : throw SecuredException.NotTheOne($"{model.Name} changed while it was read.", "Open it again.");
    }

    /// <summary>Opens what makes some values out of a model's inputs, or out of others.</summary>
    /// <param name="file">The model.</param>
    /// <param name="bytes">Its <c>.onnx</c> file.</param>
    /// <param name="wanted">The values.</param>
    /// <param name="options">As above.</param>
    /// <param name="inputs">What they are made of, with types; null for the model's inputs.</param>
    public static InferenceSession Open(
        ModelFile file, byte[] bytes, IReadOnlyCollection<string> wanted, SessionOptions? options,
        IReadOnlyList<ValueInfoProto>? inputs = null)
    {
        const string FolderEntry = "session.model_external_initializers_file_folder_path";
        var part = new GraphPart(file.Structure.Graph, inputs?.Select(input => input.Name) ?? [], wanted)
            .Of(bytes, inputs, wanted);
        using var own = OwnOptions.Copy(options);

        // Both processes take turns: threads that spin on when a run has ended would take processors from the other.
        if (options is null) own.AddSessionConfigEntry("session.force_spinning_stop", "1");
        if (file.DataFiles.Count > 0) own.AddSessionConfigEntry(FolderEntry, file.Folder);
        return new InferenceSession(part, own);
    }

    /// <summary>Names of a graph's inputs.</summary>
    public static IEnumerable<string> Given(GraphProto graph) => graph.Input.Select(input => input.Name);

    /// <summary>Runs it.</summary>
    /// <param name="inputs">The model's.</param>
    /// <param name="wanted">Values of those that it makes.</param>
    /// <returns>By name. The caller disposes them.</returns>
    /// <exception cref="SecuredException">It does not run on these inputs.</exception>
    public IReadOnlyDictionary<string, OrtValue> Run(
        IReadOnlyDictionary<string, OrtValue> inputs, IReadOnlyCollection<string> wanted)
    {
        if (wanted.Count == 0) return new Dictionary<string, OrtValue>(StringComparer.Ordinal);
        using var options = new RunOptions();
        try
        {
            var values = _session.Run(options, inputs, wanted);
            return wanted.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
        }
        catch (OnnxRuntimeException e)
        {
            throw SecuredException.Refused($"The model does not run on these inputs: {e.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}
