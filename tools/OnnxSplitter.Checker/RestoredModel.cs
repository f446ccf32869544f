using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Data;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Checker;

/// <summary>
/// The restored model to make sessions of: of its bytes, apart from how a host opens it; with data files there is but
/// the host's way.
/// </summary>
internal sealed class RestoredModel : IDisposable
{
    private readonly string _obfuscated;
    private readonly ModelSecrets _secrets;
    private readonly Sessions _sessions;
    private readonly byte[]? _bytes;

    /// <summary>Restores.</summary>
    /// <param name="obfuscated">The obfuscated model.</param>
    /// <param name="secrets">Its secrets. Still the caller's to dispose, after this.</param>
    /// <param name="sessions">Knows the custom ops.</param>
    public RestoredModel(string obfuscated, ModelSecrets secrets, Sessions sessions)
    {
        (_obfuscated, _secrets, _sessions) = (obfuscated, secrets, sessions);
        if (secrets.Files.Count == 1) _bytes = ModelRestorer.RestoreInMemory(obfuscated, secrets);
    }

    /// <summary>A session with ONNX Runtime's usual options, which the caller disposes.</summary>
    public InferenceSession Open()
    {
        using var options = _sessions.Options();
        return Open(options);
    }

    /// <summary>The same with other options.</summary>
    public InferenceSession Open(SessionOptions options) => _bytes is null
        ? ProtectedModel.Open(_obfuscated, _secrets, new() { Session = options })
        : new InferenceSession(_bytes, options);

    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);
}
