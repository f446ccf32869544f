using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Onnx;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;

namespace OnnxSplitter.Worth.Cuts;

/// <summary>Opens a model file with values from inside it as further outputs.</summary>
internal static class ModelWithOutputs
{
    // The file is in memory for it, and a session takes at most 2 GB from there.
    private const long MostInMemory = 1L << 30;

    /// <summary>Whether a model can be opened so.</summary>
    public static bool CanOpen(ModelFile file) =>
        (IsElsewhere(file) ? file.TotalLength : file.Length) < MostInMemory;

    /// <summary>
    /// Opens it. Protocol buffers that follow each other are one message in which repeated fields go on: so outputs are
    /// added behind the file's bytes, none of which is touched.
    /// </summary>
    /// <param name="sessions">Opens it.</param>
    /// <param name="path">The model.</param>
    /// <param name="names">Values of its main graph that are no outputs yet.</param>
    /// <exception cref="ModelFormatException">ONNX Runtime can't load it.</exception>
    public static InferenceSession Open(Sessions sessions, string path, IReadOnlyCollection<string> names)
    {
        if (names.Count == 0) return sessions.Open(path);
        if (new FileInfo(path).LinkTarget is not null)
        {
            // ONNX Runtime follows links out of the folder for a model that it knows the path of, not for bytes.
            using var file = ModelFile.Open(path);
            if (IsElsewhere(file))
            {
                var whole = file.ParseWhole();
                foreach (var name in names) whole.Graph.Output.Add(new ValueInfoProto { Name = name });
                return sessions.Open(path, whole.ToByteArray(), file.Folder);
            }
        }

        var more = new ModelProto { Graph = new GraphProto() };
        foreach (var name in names) more.Graph.Output.Add(new ValueInfoProto { Name = name });
        byte[] bytes = [.. File.ReadAllBytes(path), .. more.ToByteArray()];
        return sessions.Open(path, bytes, Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    private static bool IsElsewhere(ModelFile file) => file.DataFiles.Any(data => data.IsElsewhere);
}
