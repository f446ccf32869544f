using OnnxSplitter.Onnx.Files;

namespace OnnxSplitter.Tests.Onnx.Files;

/// <summary>
/// What a kill before a commit has left is removed by the next run into the same target, and nothing else.
/// </summary>
public sealed class LeftoversTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_file_and_a_folder_of_a_killed_run_are_removed()
    {
        Old(StagedName.Beside("m.p7m"));
        Old(StagedName.Beside(CommitRecord.Name));
        OldFolder(StagedName.Beside("m.onnx"), "m.onnx", "sub/w.bin");
        OldFolder(StagedName.Beside("m.onnx"));

        Write();

        Assert.Equal(["m.onnx", "m.p7m"], Names());
    }

    [Fact]
    public void What_another_run_holds_stays_however_old_it_is()
    {
        using var running = new FileCommit();
        running.Add(_folder["m.p7m"], overwrite: true).Write("running"u8.ToArray());
        running.AddModel(_folder["m.onnx"], [], overwrite: true).Write("", stream => stream.WriteByte(1));
        foreach (var name in Names()) Age(_folder[name]);

        Write();
        running.Commit();

        Assert.Equal(["m.onnx", "m.p7m"], Names());
        Assert.Equal("running", File.ReadAllText(_folder["m.p7m"]));
    }

    [Fact]
    public void What_is_young_belongs_to_others_or_has_a_name_of_another_form_stays()
    {
        Directory.CreateDirectory(_folder["elsewhere"]);
        var link = StagedName.Beside("m.p7m");
        File.CreateSymbolicLink(_folder[link], Old("elsewhere/precious"));
        var staged = StagedName.Beside("m.onnx");
        OldFolder(staged);
        Directory.CreateSymbolicLink(_folder[$"{staged}/link"], _folder["elsewhere"]);
        Age(_folder[staged]);
        var young = StagedName.Beside("m.p7m");
        File.WriteAllText(_folder[young], "young");
        string[] kept =
        [
            young, link, "elsewhere", Old(StagedName.Beside("other")), Old("m.p7m.tmp"),
            Old($"m.p7m.{new string('a', 32)}.old.tmp"), Old($"m.p7m.{new string('A', 32)}.tmp"),
        ];

        Write();

        Assert.Equal(kept.Select(path => Path.GetFileName(path)).Concat(["m.onnx", "m.p7m"]).Order(), Names());
        Assert.True(File.Exists(_folder["elsewhere/precious"]));
    }

    [Fact]
    public void What_a_decided_commit_still_needs_stays()
    {
        var staged = Old(StagedName.Beside("m.p7m"));
        File.WriteAllText(_folder[CommitRecord.Name], "a record that cannot be read");

        Write();

        Assert.True(File.Exists(staged));
    }

    public void Dispose() => _folder.Dispose();

    private void Write()
    {
        using var files = new FileCommit();
        files.AddModel(_folder["m.onnx"], [], overwrite: true).Write("", stream => stream.WriteByte(2));
        files.Add(_folder["m.p7m"], overwrite: true).Write("new"u8.ToArray());
        files.Commit();
    }

    private string[] Names() => [.. Directory.GetFileSystemEntries(_folder.Root).Select(Path.GetFileName).Order()!];

    private string Old(string name)
    {
        File.WriteAllText(_folder[name], "old");
        Age(_folder[name]);
        return _folder[name];
    }

    private void OldFolder(string name, params string[] files)
    {
        Directory.CreateDirectory(_folder[name]);
        foreach (var file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[$"{name}/{file}"])!);
            Old($"{name}/{file}");
        }

        Age(_folder[name]);
    }

    private static void Age(string path) => Directory.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddMinutes(-2));
}
