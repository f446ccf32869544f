using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Forensics.Repairs;

/// <summary>An obfuscated model with some weights set to what somebody takes them to have been, in memory.</summary>
public static class RepairedModel
{
    /// <summary>Opens it.</summary>
    /// <param name="obfuscated">The model; not changed.</param>
    /// <param name="repairs">What to set. Those that can't be written in place are left out.</param>
    /// <param name="sessions">Opens it; null for <see cref="Sessions.Plain"/>.</param>
    /// <returns>A session of its own.</returns>
    /// <exception cref="ModelFormatException">It does not fit into memory, or ONNX Runtime can't load it.</exception>
    public static InferenceSession Open(
        ModelFile obfuscated, IEnumerable<WeightBits> repairs, Sessions? sessions = null)
    {
        ArgumentNullException.ThrowIfNull(obfuscated);
        ArgumentNullException.ThrowIfNull(repairs);
        var byFile = repairs.ToLookup(weight => weight.Tensor.Storage.File, StringComparer.Ordinal);
        var model = Whole(obfuscated);
        using (var writable = new MemoryStream(model))
        {
            WeightPatcher.Write(writable, Fitting(writable, byFile[""]));
        }

        using var inlining = new ModelInlining(model);
        try
        {
            foreach (var name in obfuscated.Parts.Where(name => name.Length > 0 && byFile.Contains(name)))
            {
                using var stream = obfuscated.OpenPart(name);
                inlining.Add(name, stream, WeightPatcher.Locate(stream, byFile[name]));
            }

            return (sessions ?? Sessions.Plain).Open("the repaired model", inlining.ToArray(), obfuscated.Folder);
        }
        catch (OverflowException e)
        {
            throw TooLarge(obfuscated, e);
        }
    }

    private static byte[] Whole(ModelFile file)
    {
        if (file.Length > Array.MaxLength) throw TooLarge(file, null);
        var model = new byte[file.Length];
        using var stream = file.OpenPart("");
        stream.ReadExactly(model);
        return model;
    }

    private static WeightBits[] Fitting(Stream file, IEnumerable<WeightBits> repairs) =>
        [
            .. repairs.Where(weight => weight.Tensor.Storage.Fits(
                weight.Tensor.Type, WeightPatcher.Read(file, weight.Tensor, weight.Index), weight.Bits)),
        ];

    private static ModelFormatException TooLarge(ModelFile file, Exception? inner) => new(
        $"{file.FilePath} does not fit into memory with its repairs (2 GB).", "Look at a smaller model.", inner);
}
