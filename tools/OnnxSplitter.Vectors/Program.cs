using OnnxSplitter.Vectors;
using OnnxSplitter.Vectors.Keyed;
using OnnxSplitter.Vectors.Models;
using OnnxSplitter.Vectors.Samples;

// Usage: OnnxSplitter.Vectors [FOLDER]
// Makes the vectors that FOLDER (tests/vectors) lacks. One that is there stays: it must open, or be refused, for ever.
var folder = args.Length > 0 ? args[0] : Path.Combine("tests", "vectors");
var (secrets, models) = (Path.Combine(folder, "secrets"), Path.Combine(folder, "models"));
Directory.CreateDirectory(Path.Combine(secrets, "keys"));
var all = VectorList.All(new Workshop(secrets));
var made = all.Count(vector => Add(Path.Combine(secrets, vector.Path), vector.Encode))
    + (Add(Path.Combine(folder, "keyed.json"), KeyedVectors.Json) ? 1 : 0)
    + HostileModel.All.Count(model => Add(Path.Combine(models, $"{model.Name}.onnx"), () => model.Content));
Console.WriteLine($"{all.Count} vectors of secrets, {HostileModel.All.Count} of models, {made} of them new.");

static bool Add(string path, Func<byte[]> make)
{
    if (File.Exists(path)) return false;
    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
    File.WriteAllBytes(path, make());
    return true;
}
