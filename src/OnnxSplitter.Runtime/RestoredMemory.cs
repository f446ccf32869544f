using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Runtime.Ort;

namespace OnnxSplitter.Runtime;

/// <summary>
/// Restores in memory: the <c>.onnx</c> file in an array, data files as mappings of which touched pages are copies.
/// </summary>
/// <remarks>
/// ONNX Runtime optimises with these values from the start, which is why they are not added as initializers by name:
/// those come too late and give wrong outputs.
/// </remarks>
/// <param name="name">The obfuscated model, for messages.</param>
/// <param name="digest">Whether digests of data files will be compared.</param>
internal sealed class RestoredMemory(string name, bool digest) : IRestoreSink, IDisposable
{
    private readonly List<MappedPart> _parts = [];

    /// <summary>
    /// The <c>.onnx</c> file, in an array that the garbage collector never moves; empty once <see cref="ZeroModel"/>
    /// was called.
    /// </summary>
    public byte[] Model { get; private set; } = [];

    /// <summary>The data files.</summary>
    public IReadOnlyList<MappedPart> Parts => _parts;

    /// <summary>
    /// For ONNX Runtime: name, address and length of the <c>.onnx</c> file, whose name is empty, then of data files.
    /// </summary>
    public IEnumerable<(string Name, nint Address, long Length)> ForSession =>
    [
        ("", Marshal.UnsafeAddrOfPinnedArrayElement(Model, 0), Model.LongLength),
        .. _parts.SelectMany(part => part.ForSession),
    ];

    /// <summary>Restores a model. Digests of its data files are not compared yet.</summary>
    /// <param name="restorer">The model with its secrets.</param>
    /// <param name="digests">Whether they will be.</param>
    /// <returns>The caller disposes it.</returns>
    /// <exception cref="ModelMismatchException">The model is not what the secrets say.</exception>
    /// <exception cref="ModelFormatException">A file can't be read, or changed meanwhile.</exception>
    public static RestoredMemory Of(Restorer restorer, DataDigests digests)
    {
        var memory = new RestoredMemory(restorer.Model.FilePath, digests != DataDigests.Never);
        try
        {
            restorer.Run(memory);
            return memory;
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    public void Take(RestoredPart part)
    {
        if (part.Name.Length == 0) Model = part.ToArray(shipped: false);
        else _parts.Add(part.Map(digest));
    }

    /// <summary>Gives a session's options the data files.</summary>
    /// <param name="own">Changed.</param>
    public void GiveTo(SessionOptions own) =>
        OwnOptions.TakeFiles(own, [.. _parts.SelectMany(part => part.ForSession)]);

    /// <summary>Keeps a part of the <c>.onnx</c> file alone.</summary>
    /// <param name="part">Makes it.</param>
    public void Narrow(Func<byte[], byte[]> part) => Replace(part(Model));

    /// <summary>
    /// What ONNX Runtime would read from the disk though it has the data files becomes part of <see cref="Model"/>.
    /// </summary>
    /// <exception cref="ModelFormatException">That does not fit into the model.</exception>
    public void TakeNested()
    {
        if (_parts.Count == 0) return;
        try
        {
            using var inlining = new ModelInlining(Model);
            var nested = false;
            foreach (var part in _parts)
            {
                using var stream = part.Mapping.OpenStream();
                nested |= inlining.AddNested(part.Name, stream);
            }

            if (nested) Replace(inlining.ToArray());
        }
        catch (OverflowException e)
        {
            throw new ModelFormatException(
                $"The tensors of {name} in data files that are no initializers of its main graph do not fit into a "
                + "model in memory (2 GB).", "Restore it to files.", e);
        }
    }

    /// <summary>Compares the digests of all data files with what the secrets say, several at a time.</summary>
    /// <returns>Ends with the first failure, once none is read any more.</returns>
    public Task CheckParts() => Task.WhenAll(_parts.Select(part => Task.Run(part.Check)));

    /// <summary>Zeroes the <c>.onnx</c> file, of which ONNX Runtime has its own copy.</summary>
    public void ZeroModel()
    {
        CryptographicOperations.ZeroMemory(Model);
        Model = [];
    }

    /// <summary>Zeroes and unmaps everything.</summary>
    public void Dispose()
    {
        ZeroModel();
        foreach (var part in _parts) part.Dispose();
    }

    private void Replace(byte[] model)
    {
        ZeroModel();
        Model = model;
    }
}
