using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;
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
    private readonly byte[]? _bytes;

    /// <summary>Restores.</summary>
    /// <param name="obfuscated">The obfuscated model.</param>
    /// <param name="secrets">Its secrets. Still the caller's to dispose, after this.</param>
    public RestoredModel(string obfuscated, ModelSecrets secrets)
    {
        (_obfuscated, _secrets) = (obfuscated, secrets);
        if (secrets.Files.Count == 1) _bytes = ModelRestorer.RestoreInMemory(obfuscated, secrets);
    }

    /// <summary>A session, which the caller disposes.</summary>
    public InferenceSession Open(SessionOptions? options)
    {
        if (_bytes is null) return ProtectedModel.Open(_obfuscated, _secrets, new() { Session = options });
        return options is null ? new InferenceSession(_bytes) : new InferenceSession(_bytes, options);
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);
}
