using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;

namespace OnnxSplitter.Runtime;

/// <summary>
/// Restores into a session. Touched tensors of data files become part of the model that ONNX Runtime is given; all
/// others it reads from the data files itself.
/// </summary>
/// <remarks>
/// ONNX Runtime optimises with these values from the start, which is why they are not added as initializers by name:
/// those come too late and give wrong outputs.
/// </remarks>
/// <param name="path">The obfuscated model, for messages.</param>
/// <param name="folder">Full path of its folder.</param>
internal sealed class SessionSink(string path, string folder) : IRestoreSink, IDisposable
{
    private byte[] _model = [];
    private ModelInlining? _inlining;

    public void Take(RestoredPart part)
    {
        if (part.Name.Length == 0)
        {
            _model = part.ToArray();
            return;
        }

        part.Verify();
        try
        {
            _inlining ??= new ModelInlining(_model);
            _inlining.Add(part.Name, part.Obfuscated, part.Patches);
            part.RefuseChange();
        }
        catch (OverflowException e)
        {
            throw TooLarge(e);
        }
    }

    /// <summary>Opens the session, which has its own copy of everything.</summary>
    /// <param name="options">Not changed; null for the usual ones.</param>
    public InferenceSession Open(SessionOptions? options)
    {
        if (_inlining is null)
            return options is null ? new InferenceSession(_model) : new InferenceSession(_model, options);
        byte[]? whole = null;
        try
        {
            whole = _inlining.ToArray();
            using var own = OwnOptions.Copy(options);
            own.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", folder);
            return new InferenceSession(whole, own);
        }
        catch (OverflowException e)
        {
            throw TooLarge(e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(whole);
        }
    }

    /// <summary>Zeroes what was restored.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_model);
        _inlining?.Dispose();
    }

    private ModelFormatException TooLarge(OverflowException e) => new(
        $"The touched tensors of {path} do not fit into a model in memory (2 GB).", "Restore it to files.", e);
}
