using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using OnnxSplitter.Hosting;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Runtime;
using OnnxSplitter.Runtime.Secured;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.SecureWorld.Serving;

/// <summary>
/// Values of a model that are made of its constants alone, as ONNX Runtime makes them: whatever lies between a tensor
/// of the file and the layer that uses it. Disposing zeroes them.
/// </summary>
internal sealed class ConstantValues : IDisposable
{
    private readonly Dictionary<string, OrtValue> _values = new(StringComparer.Ordinal);

    private ConstantValues(InferenceSession session, IReadOnlyList<string> names)
    {
        using var options = new RunOptions();
        foreach (var (name, value) in names.Zip(session.Run(options, new Dictionary<string, OrtValue>(), names)))
            _values[name] = value;
        if (_values.FirstOrDefault(pair => !pair.Value.IsTensor
            || pair.Value.GetTensorTypeAndShape().ElementDataType != TensorElementType.Float) is { Key: { } other })
        {
            Dispose();
            throw new UsageException($"'{other}' was changed, and is of another type than float32.",
                ModelCorrections.Remedy);
        }
    }

    /// <summary>The numbers of one of them, row by row.</summary>
    public ReadOnlySpan<float> this[string name] => _values[name].GetTensorDataAsSpan<float>();

    /// <summary>Those of the obfuscated model.</summary>
    /// <param name="path">Where it lies.</param>
    /// <param name="file">The same.</param>
    /// <param name="names">The values.</param>
    public static ConstantValues Obfuscated(string path, ModelFile file, string[] names)
    {
        using var session = HostPrefix.Open(file, File.ReadAllBytes(path), names, options: null);
        return new ConstantValues(session, names);
    }

    /// <summary>Those of the restored model.</summary>
    /// <param name="path">As above.</param>
    /// <param name="file">As above.</param>
    /// <param name="names">As above.</param>
    /// <param name="secrets">What it is restored by.</param>
    public static ConstantValues Restored(string path, ModelFile file, string[] names, ModelSecrets secrets)
    {
        var part = new GraphPart(file.Structure.Graph, [], names);
        using var session =
            ProtectedModel.Open(path, secrets, options: null, bytes => part.Of(bytes, inputs: null, names));
        return new ConstantValues(session, names);
    }

    /// <summary>The shape of one of them.</summary>
    public long[] Dims(string name) => _values[name].GetTensorTypeAndShape().Shape;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var value in _values.Values)
        {
            if (value.IsTensor) CryptographicOperations.ZeroMemory(value.GetTensorMutableRawData());
            value.Dispose();
        }
    }
}
