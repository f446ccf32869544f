using System.Security.Cryptography;
using OnnxSplitter.Onnx.Models;

namespace OnnxSplitter.Runtime;

/// <summary>Restores the <c>.onnx</c> file in memory, with those tensors of data files that are touched.</summary>
/// <param name="verify">Whether digests of data files are compared.</param>
internal sealed class InliningSink(bool verify) : IRestoreSink, IDisposable
{
    private byte[] _model = [];
    private ModelInlining? _inlining;

    public void Take(RestoredPart part)
    {
        if (part.Name.Length == 0)
        {
            _model = part.ToArray(shipped: false);
            _inlining = new ModelInlining(_model);
            return;
        }

        if (verify) part.Verify();
        if (part.Change is { } change) _inlining!.Add(part.Name, part.Obfuscated, change);
        else _inlining!.Add(part.Name, part.Obfuscated, part.Patches);
    }

    /// <summary>The model with the tensors in it.</summary>
    /// <returns>An array that the garbage collector never moves. The caller zeroes it.</returns>
    /// <exception cref="OverflowException">It is larger than an array can be.</exception>
    public byte[] ToArray() => _inlining!.ToArray();

    public void Dispose()
    {
        _inlining?.Dispose();
        CryptographicOperations.ZeroMemory(_model);
    }
}
