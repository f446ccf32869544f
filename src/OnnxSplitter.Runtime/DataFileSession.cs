using System.Security.Cryptography;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Onnx;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;

namespace OnnxSplitter.Runtime;

/// <summary>
/// Sessions of models with data files: the touched tensors are restored in memory and become part of the model that ONNX
/// Runtime is given; all others it reads from the data files itself.
/// </summary>
/// <remarks>
/// ONNX Runtime optimises with these values from the start, which is why they are not added as initializers by name: those
/// come too late and give wrong outputs.
/// </remarks>
internal static class DataFileSession
{
    private const string FolderEntry = "session.model_external_initializers_file_folder_path";

    /// <summary>Restores and opens.</summary>
    /// <param name="plan">What to restore.</param>
    /// <param name="restored">The restored <c>.onnx</c> file.</param>
    /// <param name="options">Null for the usual ones.</param>
    /// <exception cref="ModelMismatchException">A data file is not the one that the secrets belong to.</exception>
    /// <exception cref="ModelFormatException">The touched tensors are too large for a model in memory.</exception>
    public static InferenceSession Open(RestorePlan plan, byte[] restored, SessionOptions? options)
    {
        var model = ModelProto.Parser.ParseFrom(restored);
        var secrets = new List<byte[]>();
        byte[]? whole = null;
        using var own = options is null ? new SessionOptions() : null;
        try
        {
            foreach (var file in plan.Model.DataFiles)
            {
                plan.Verify(file.Name);
                using var stream = plan.Model.OpenPart(file.Name);
                var patches = plan.Patches(file.Name, stream);
                secrets.AddRange(ExternalTensors.Inline(model, file.Name, stream, patches));
                secrets.AddRange(patches.Select(patch => patch.Bytes));
            }

            whole = GC.AllocateUninitializedArray<byte>(model.CalculateSize(), pinned: true);
            model.WriteTo(whole.AsSpan());
            var used = options ?? own!;
            used.AddSessionConfigEntry(FolderEntry, plan.Model.Folder);
            try
            {
                return new InferenceSession(whole, used);
            }
            finally
            {
                // The caller may open another model with the same options: its data files are its own.
                options?.AddSessionConfigEntry(FolderEntry, "");
            }
        }
        catch (OverflowException e)
        {
            throw new ModelFormatException(
                $"The touched tensors of {plan.Model.FilePath} do not fit into a model in memory (2 GB).",
                "Restore it to files.", e);
        }
        finally
        {
            foreach (var bytes in secrets) CryptographicOperations.ZeroMemory(bytes);
            CryptographicOperations.ZeroMemory(whole);
        }
    }
}
