using OnnxSplitter.Onnx.Files;

namespace OnnxSplitter.Tests.Onnx.Files;

/// <summary>
/// A model with a data file in a folder below, its secrets elsewhere, a key, and a state that goes: old, then new.
/// </summary>
internal sealed class CommitSample : IDisposable
{
    private static readonly string[] Written = ["out/m.onnx", "out/sub/w.bin", "p.p7m", "keys/k.pem"];

    private readonly TemporaryFolder _folder = new();

    /// <param name="existing">Whether all targets are there already.</param>
    public CommitSample(bool existing)
    {
        Directory.CreateDirectory(At("keys"));
        if (existing)
        {
            Directory.CreateDirectory(At("out/sub"));
            foreach (var name in Written) File.WriteAllText(At(name), $"old {name}");
        }
        else
        {
            Directory.CreateDirectory(At("out"));
        }

        File.WriteAllText(At("state"), "old state");
        Old = State(Root);
    }

    public string Root => _folder["root"];

    public IReadOnlyDictionary<string, string> Old { get; }

    public IReadOnlyDictionary<string, string> New { get; } =
        Written.ToDictionary(name => name, name => $"new {name}", StringComparer.Ordinal);

    public string At(string name) => Path.Combine(Root, name);

    /// <summary>Writes all and commits.</summary>
    public void Commit(SystemFiles system, bool overwrite)
    {
        using var files = new FileCommit(system);
        var model = files.AddModel(At("out/m.onnx"), ["sub/w.bin"], overwrite);
        model.Write("sub/w.bin", stream => stream.Write("new out/sub/w.bin"u8));
        model.Write("", stream => stream.Write("new out/m.onnx"u8));
        files.Add(At("p.p7m"), overwrite).Write("new p.p7m"u8.ToArray());
        files.Add(At("keys/k.pem"), overwrite, UnixFileMode.UserRead | UnixFileMode.UserWrite)
            .Write("new keys/k.pem"u8.ToArray());
        files.Remove(At("state"));
        files.Commit();
    }

    /// <summary>What a kill at this moment would leave.</summary>
    public string Snapshot()
    {
        var copy = _folder[Guid.NewGuid().ToString("N")];
        Copy(Root, copy);
        return copy;
    }

    /// <summary>Puts a snapshot in the place of the files: records hold full paths.</summary>
    public void Restore(string snapshot)
    {
        Directory.Delete(Root, recursive: true);
        Copy(snapshot, Root);
    }

    /// <summary>The files that there are, without temporary ones and records.</summary>
    public static IReadOnlyDictionary<string, string> State(string root) => Names(root)
        .Where(name => !name.Contains(".tmp", StringComparison.Ordinal) && Path.GetFileName(name) != CommitRecord.Name)
        .ToDictionary(name => name, name => File.ReadAllText(Path.Combine(root, name)), StringComparer.Ordinal);

    /// <summary>Everything that there is, folders with a slash at the end.</summary>
    public IEnumerable<string> Everything() =>
        [
            .. Names(Root),
            .. Directory.GetDirectories(Root, "*", SearchOption.AllDirectories)
                .Select(folder => folder[(Root.Length + 1)..] + "/"),
        ];

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<string> Names(string root) =>
        Directory.GetFiles(root, "*", SearchOption.AllDirectories).Select(file => file[(root.Length + 1)..]);

    // A process for each copy would take most of these tests' time; there are thousands.
    private static void Copy(string folder, string copy)
    {
        Directory.CreateDirectory(copy);
        foreach (var below in Directory.GetDirectories(folder))
            Copy(below, Path.Combine(copy, Path.GetFileName(below)));
        foreach (var file in Directory.GetFiles(folder))
        {
            using var content = Unlocked.Open(file);
            using var other = new FileStream(Path.Combine(copy, Path.GetFileName(file)), FileMode.CreateNew);
            content.CopyTo(other);
        }
    }
}
