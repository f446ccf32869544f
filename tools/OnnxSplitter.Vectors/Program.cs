using OnnxSplitter.Vectors;

// Usage: OnnxSplitter.Vectors [FOLDER]
// Makes the vectors that FOLDER (tests/vectors/secrets) lacks. One that is there stays: it must open, or be refused, for ever.
var folder = args.Length > 0 ? args[0] : Path.Combine("tests", "vectors", "secrets");
Directory.CreateDirectory(Path.Combine(folder, "keys"));
var all = VectorList.All(new Workshop(folder));
var made = 0;
foreach (var vector in all)
{
    var path = Path.Combine(folder, vector.Path);
    if (File.Exists(path)) continue;
    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
    File.WriteAllBytes(path, vector.Encode());
    made++;
}

Console.WriteLine($"{all.Count} vectors, {made} of them new.");
