using System.Text.Json;
using OnnxSplitter.Onnx.Files;

namespace OnnxSplitter.Tests.Onnx.Files;

/// <summary>Records that somebody else put into a folder.</summary>
public sealed class CommitRecordTests : IDisposable
{
    private const string Id = "0123456789abcdef0123456789abcdef";

    private readonly TemporaryFolder _folder = new();

    public CommitRecordTests()
    {
        Directory.CreateDirectory(_folder["in"]);
        Directory.CreateDirectory(_folder["out"]);
    }

    [Fact]
    public void A_well_formed_one_is_finished()
    {
        File.WriteAllText(_folder[$"in/x.{Id}.tmp"], "new");
        Write(new("x", $"x.{Id}.tmp", false));
        FileCommit.Recover(_folder["in/anything"]);
        Assert.Equal("new", File.ReadAllText(_folder["in/x"]));
        Assert.Single(Directory.GetFileSystemEntries(_folder["in"]));
    }

    [Theory]
    [InlineData("../out/x", $"../out/x.{Id}.tmp")]
    [InlineData("x", "y")]
    [InlineData("x", $"y.{Id}.tmp")]
    [InlineData("x", $"../out/x.{Id}.tmp")]
    [InlineData("x", $"m.{Id}.tmp/../../out/x")]
    [InlineData("../out/x", $"m.{Id}.tmp/../out/x")]
    [InlineData("..", $"...{Id}.tmp")]
    [InlineData("/tmp/x", $"/tmp/x.{Id}.tmp")]
    [InlineData("linked/x", $"m.{Id}.tmp/linked/x")]
    [InlineData("", "")]
    [InlineData("a/x", null)]
    [InlineData("../out/x", null)]
    public void Names_that_lead_elsewhere_or_are_not_ours_are_left_alone(string target, string? staged)
    {
        Directory.CreateDirectory(_folder[$"in/m.{Id}.tmp/linked"]);
        Directory.CreateSymbolicLink(_folder["in/linked"], _folder["out"]);
        string[] names =
            ["in/y", $"in/y.{Id}.tmp", $"out/x.{Id}.tmp", "out/x", $"in/m.{Id}.tmp/linked/x", $"in/m.{Id}.tmp/x"];
        foreach (var name in names) File.WriteAllText(_folder[name], name);
        Write(new(target, staged, false));
        FileCommit.Recover(_folder["in/x"]);
        Assert.All(names, name => Assert.Equal(name, File.ReadAllText(_folder[name])));
        Assert.False(File.Exists(_folder["in/x"]));
    }

    [Fact]
    public void A_staged_link_is_left_alone()
    {
        File.WriteAllText(_folder["out/secret"], "secret");
        File.CreateSymbolicLink(_folder[$"in/x.{Id}.tmp"], _folder["out/secret"]);
        Write(new("x", $"x.{Id}.tmp", false));
        FileCommit.Recover(_folder["in/x"]);
        Assert.False(File.Exists(_folder["in/x"]));
    }

    [Fact]
    public void Another_folder_is_touched_only_by_a_record_of_the_same_commit_there()
    {
        File.WriteAllText(_folder[$"out/x.{Id}.tmp"], "staged");
        var other = Id.Replace('0', '1');
        File.WriteAllText(_folder[$"out/{CommitRecord.Name}"],
            Json(other, _folder["in"], [], [new("x", $"x.{Id}.tmp", false)]));
        File.WriteAllText(_folder[$"in/{CommitRecord.Name}"], Json(Id, null, [_folder["out"]], []));
        FileCommit.Recover(_folder["in/x"]);
        Assert.False(File.Exists(_folder["out/x"]));
        Assert.True(File.Exists(_folder[$"out/x.{Id}.tmp"]));
    }

    [Fact]
    public void What_is_no_record_is_left_alone()
    {
        string[] contents =
        [
            "", "{", "null", "[]", "{}", "\"x\"", """{"id":"x","members":[],"steps":[]}""",
            $$"""{"id":"{{Id}}","members":null,"steps":[null]}""", $$"""{"id":"{{Id}}","members":["in"],"steps":[]}""",
            $$"""{"id":"{{Id}}","members":[],"steps":[null]}""", new string('[', 100_000),
            new string(' ', CommitRecord.MaxLength) + Json(Id, null, [], [new("x", $"x.{Id}.tmp", false)]),
        ];
        File.WriteAllText(_folder[$"in/x.{Id}.tmp"], "new");
        foreach (var content in contents)
        {
            File.WriteAllText(_folder[$"in/{CommitRecord.Name}"], content);
            FileCommit.Recover(_folder["in/x"]);
            Assert.False(File.Exists(_folder["in/x"]));
        }
    }

    [Fact]
    public void A_pipe_or_a_link_of_that_name_is_not_opened()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Other systems can't be asked.");
        var pipe = _folder[$"in/{CommitRecord.Name}"];
        using (var made = System.Diagnostics.Process.Start("mkfifo", [pipe])) made.WaitForExit();
        FileCommit.Recover(_folder["in/x"]);
        File.WriteAllText(_folder["real"], Json(Id, null, [], [new("x", $"x.{Id}.tmp", false)]));
        File.WriteAllText(_folder[$"out/x.{Id}.tmp"], "new");
        File.CreateSymbolicLink(_folder[$"out/{CommitRecord.Name}"], _folder["real"]);
        FileCommit.Recover(_folder["out/x"]);
        Assert.False(File.Exists(_folder["out/x"]));
    }

    [Fact]
    public void In_a_folder_where_only_owners_replace_files_only_ones_own_record_counts()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            Assert.Skip("Takes root on Linux.");
            return;
        }

        File.SetUnixFileMode(_folder["in"], File.GetUnixFileMode(_folder["in"]) | UnixFileMode.StickyBit);
        File.WriteAllText(_folder[$"in/x.{Id}.tmp"], "new");
        Write(new("x", $"x.{Id}.tmp", false));
        using (var given = System.Diagnostics.Process.Start("chown", ["65534", _folder[$"in/{CommitRecord.Name}"]]))
            given.WaitForExit();
        FileCommit.Recover(_folder["in/x"]);
        Assert.False(File.Exists(_folder["in/x"]));
        using (var taken = System.Diagnostics.Process.Start("chown", ["0", _folder[$"in/{CommitRecord.Name}"]]))
            taken.WaitForExit();
        FileCommit.Recover(_folder["in/x"]);
        Assert.True(File.Exists(_folder["in/x"]));
    }

    public void Dispose() => _folder.Dispose();

    private void Write(Row row) => File.WriteAllText(_folder[$"in/{CommitRecord.Name}"], Json(Id, null, [], [row]));

    private static string Json(string id, string? head, string[] members, Row[] steps) => JsonSerializer.Serialize(new
    {
        id,
        head,
        members,
        steps = steps.Select(row => new { staged = row.Staged, target = row.Target, replaces = row.Replaces }),
    });

    private sealed record Row(string Target, string? Staged, bool Replaces);
}
