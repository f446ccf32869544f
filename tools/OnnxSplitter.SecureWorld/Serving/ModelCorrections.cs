using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Hosting;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Runtime.Ort;
using OnnxSplitter.Runtime.Secured;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.SecureWorld.Serving;

/// <summary>
/// What changed weights add to the layers that use them: all that runs here where hosts run the obfuscated model.
/// </summary>
/// <param name="Layers">The layers, in the order in which they run.</param>
/// <param name="Sessions">One for each: the layer of the change alone, on its changed channels.</param>
internal sealed record ModelCorrections(
    IReadOnlyList<CorrectedLayer> Layers, IReadOnlyList<InferenceSession> Sessions) : IDisposable
{
    /// <summary>What to do where a model's layers can't be corrected.</summary>
    public const string Remedy = "Serve the whole model or its tail, or protect it by weights of layers alone.";

    // A change of so small a part of a layer's weights is done before a second thread has woken.
    private const int Small = 8;

    /// <summary>Makes them.</summary>
    /// <param name="path">The obfuscated model.</param>
    /// <param name="secrets">Which weights were changed.</param>
    /// <param name="options">For sessions that serve. Still the caller's.</param>
    /// <returns>The caller disposes it, or its sessions.</returns>
    /// <exception cref="UsageException">A changed weight is used otherwise than by a layer.</exception>
    /// <exception cref="OnnxSplitterException">The model is not the secrets'.</exception>
    public static ModelCorrections Of(string path, ModelSecrets secrets, SessionOptions options)
    {
        using var file = ModelFile.Open(path);
        var layers = LinearLayer.Of(file.Structure, ChangedConstants.Of(file, secrets, Remedy), out var others);
        if (others is [var (constant, op), ..])
            throw new UsageException(
                $"{constant} was changed, and '{op}' uses it: corrections are of weights and biases of Conv, "
                + "ConvTranspose, Gemm and MatMul.", Remedy);
        var names = LinearLayer.ConstantsOf(layers);
        if (names.Length == 0) throw new UsageException("No layer uses what was changed.", Remedy);
        using var obfuscated = ConstantValues.Obfuscated(path, file, names);
        using var restored = ConstantValues.Restored(path, file, names, secrets);
        var (corrected, sessions) = (new List<CorrectedLayer>(), new List<InferenceSession>());
        try
        {
            foreach (var layer in layers)
            {
                using var change = Change(layer, obfuscated, restored);
                if (change is null) continue;
                var isSmall = change.Weights.Length <= obfuscated[layer.Weights].Length / Small;
                sessions.Add(Session(change.ToModel(file.Structure), options, isSmall));
                corrected.Add(new CorrectedLayer(layer.Data, new Channels(layer.InputAxis, change.Inputs),
                    layer.Output, new Channels(layer.OutputAxis, change.Outputs)));
            }

            return corrected.Count > 0 ? new ModelCorrections(corrected, sessions)
                : throw new UsageException("What was changed changes no layer.", Remedy);
        }
        catch
        {
            foreach (var session in sessions) session.Dispose();
            throw;
        }
    }

    /// <summary>Adds what a layer's change gives, as a host has it added.</summary>
    /// <param name="layer">Its number.</param>
    /// <param name="data">What goes in, on the channels that matter. Still the caller's.</param>
    /// <returns>The caller's to dispose.</returns>
    public OrtValue Run(int layer, OrtValue data)
    {
        using var options = new RunOptions();
        var session = Sessions[layer];
        return session.Run(options, [session.InputNames[0]], [data], session.OutputNames)[0];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var session in Sessions) session.Dispose();
    }

    private static LayerChange? Change(LinearLayer layer, ConstantValues obfuscated, ConstantValues restored)
    {
        using var weights = PinnedNumbers.Difference(restored[layer.Weights], obfuscated[layer.Weights]);
        using var added = layer.Added is { } name
            ? PinnedNumbers.Difference(restored[name], obfuscated[name]) : PinnedNumbers.None;
        return LayerChange.Of(layer, obfuscated.Dims(layer.Weights), weights.Values, added.Values);
    }

    private static InferenceSession Session(byte[] model, SessionOptions options, bool isSmall)
    {
        using var own = OwnOptions.Copy(options);
        if (isSmall) own.IntraOpNumThreads = 1;
        try
        {
            return new InferenceSession(model, own);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(model);
        }
    }
}
