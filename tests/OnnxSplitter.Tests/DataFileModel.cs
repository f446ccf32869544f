using Google.Protobuf;
using Onnx;

namespace OnnxSplitter.Tests;

/// <summary>Writes models whose weights lie in two data files, at offsets of any alignment.</summary>
internal static class DataFileModel
{
    /// <summary>Moves all initializers into two files, one of them in a sub-folder.</summary>
    public static void Write(ModelProto model, string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(Path.Combine(folder, "odd"));
        string[] names = ["even.bin", "odd/odd.bin"];
        FileStream[] files = [.. names.Select(name => File.Create(Path.Combine(folder, name)))];
        for (var i = 0; i < model.Graph.Initializer.Count; i++)
        {
            var (tensor, file) = (model.Graph.Initializer[i], files[i % 2]);
            if (tensor.RawData.Length < 64) continue;
            file.Write(new byte[i % 5]);
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = names[i % 2] });
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = $"{file.Position}" });
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = $"{tensor.RawData.Length}" });
            file.Write(tensor.RawData.Span);
            tensor.RawData = ByteString.Empty;
            tensor.DataLocation = TensorProto.Types.DataLocation.External;
        }

        foreach (var file in files) file.Dispose();
        File.WriteAllBytes(path, model.ToByteArray());
    }
}
