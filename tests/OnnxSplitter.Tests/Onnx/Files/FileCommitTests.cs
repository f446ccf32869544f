using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Files;

namespace OnnxSplitter.Tests.Onnx.Files;

/// <summary>Files that get their names together or not at all.</summary>
public sealed class FileCommitTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Whichever_step_fails_all_is_old_or_all_is_new(bool existing, bool links)
    {
        for (var failing = 0; ; failing++)
        {
            using var sample = new CommitSample(existing);
            var before = sample.Everything().Order(StringComparer.Ordinal).ToArray();
            var failed = false;
            try
            {
                sample.Commit(new WatchedFiles((step, _) =>
                {
                    if (step == failing) throw new IOException("injected");
                }, links), existing);
            }
            catch (OutputFailedException e)
            {
                Assert.Contains("injected", e.Message, StringComparison.Ordinal);
                failed = true;
            }

            Assert.Equal(failed ? sample.Old : sample.New, CommitSample.State(sample.Root));
            // What can't be removed after the last rename has a name that is nobody's.
            if (failed) Assert.Equal(before, sample.Everything().Order(StringComparer.Ordinal));
            if (failing > 40) break;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void After_a_kill_at_any_step_recovering_gives_all_old_or_all_new(bool existing)
    {
        using var sample = new CommitSample(existing);
        var snapshots = new List<string>();
        sample.Commit(new WatchedFiles((_, _) => snapshots.Add(sample.Snapshot())), existing);
        snapshots.Add(sample.Snapshot());
        var mixed = 0;
        foreach (var snapshot in snapshots)
        {
            var state = CommitSample.State(snapshot);
            if (!Same(state, sample.Old) && !Same(state, sample.New)) mixed++;
            foreach (var entry in new[] { "out/m.onnx", "p.p7m", "keys/k.pem" })
            {
                sample.Restore(snapshot);

                // Whoever recovers may be killed too.
                var further = new List<string>();
                Recover(sample, entry, new WatchedFiles((_, _) =>
                {
                    if (entry == "p.p7m") further.Add(sample.Snapshot());
                }));
                AssertDecided(sample, entry);
                foreach (var again in further)
                {
                    sample.Restore(again);
                    FileCommit.Recover(sample.At(entry));
                    AssertDecided(sample, entry);
                }
            }
        }

        Assert.True(mixed >= 4, $"{mixed} of {snapshots.Count} states were mixed.");
    }

    [Fact]
    public void Where_files_have_no_second_names_the_old_content_is_copied()
    {
        using var sample = new CommitSample(existing: true);
        var copies = 0;
        sample.Commit(new WatchedFiles((_, kind) =>
        {
            if (kind != nameof(SystemFiles.Replace)) return;
            copies = sample.Everything().Count(name => name.EndsWith(".old.tmp", StringComparison.Ordinal));
        }, links: false), overwrite: true);
        Assert.Equal(5, copies);
        Assert.Equal(sample.New, CommitSample.State(sample.Root));
    }

    [Fact]
    public void A_commit_that_runs_is_left_alone()
    {
        using var sample = new CommitSample(existing: true);
        var seen = 0;
        sample.Commit(new WatchedFiles((_, kind) =>
        {
            if (kind != nameof(SystemFiles.Replace)) return;
            seen++;
            using var record = HeldRecord.Open(sample.At("keys"), out var live);
            Assert.Null(record);
            Assert.True(live);
        }), overwrite: true);
        Assert.Equal(4, seen);
        Assert.Equal(sample.New, CommitSample.State(sample.Root));
    }

    [Fact]
    public void An_existing_target_is_there_at_every_step()
    {
        using var sample = new CommitSample(existing: true);
        sample.Commit(
            new WatchedFiles((_, _) => Assert.All(sample.New.Keys, name => Assert.True(File.Exists(sample.At(name))))),
            overwrite: true);
    }

    [Fact]
    public void A_target_that_somebody_makes_meanwhile_stays()
    {
        using var sample = new CommitSample(existing: false);
        Assert.Throws<OutputExistsException>(() => sample.Commit(new WatchedFiles((_, _) =>
        {
            if (!File.Exists(sample.At("keys/k.pem"))) File.WriteAllText(sample.At("keys/k.pem"), "mine");
        }), overwrite: false));
        Assert.Equal("mine", File.ReadAllText(sample.At("keys/k.pem")));
        File.Delete(sample.At("keys/k.pem"));
        Assert.Equal(sample.Old, CommitSample.State(sample.Root));
    }

    [Fact]
    public void A_missing_folder_is_refused_and_not_made()
    {
        var path = _folder["missing/x.onnx"];
        using var files = new FileCommit();
        Assert.Throws<OutputFailedException>(() => FileCommit.Refuse(path, overwrite: true));
        Assert.Throws<OutputFailedException>(() => files.Add(path, overwrite: true));
        Assert.Throws<OutputFailedException>(() => files.AddModel(path, [], overwrite: true));
        Assert.Throws<OutputFailedException>(() => files.AddModel(_folder["missing/too/x.onnx"], ["w"],
            overwrite: true));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Root));
    }

    [Fact]
    public void A_model_with_data_files_gets_a_folder_of_its_own_that_goes_if_nothing_comes_of_it()
    {
        for (var i = 0; i < 2; i++)
        {
            using (var files = new FileCommit())
            {
                var model = files.AddModel(_folder["own/x.onnx"], ["below/w"], overwrite: false);
                model.Write("below/w", stream => stream.WriteByte(1));
                model.Write("", stream => stream.WriteByte(2));
                Assert.Equal(2, File.ReadAllBytes(model.StagedPath)[0]);
                if (i == 1) files.Commit();
            }

            Assert.Equal(i == 1, Directory.Exists(_folder["own"]));
        }

        Assert.Equal([1], File.ReadAllBytes(_folder["own/below/w"]));
        Assert.Equal(2, Directory.GetFileSystemEntries(_folder["own"]).Length);
    }

    [Fact]
    public void A_folder_below_that_is_a_link_is_refused()
    {
        Directory.CreateDirectory(_folder["elsewhere"]);
        Directory.CreateDirectory(_folder["own"]);
        Directory.CreateSymbolicLink(_folder["own/below"], _folder["elsewhere"]);
        using var files = new FileCommit();
        Assert.Throws<OutputExistsException>(() => files.AddModel(_folder["own/x.onnx"], ["below/w"], overwrite: true));
        Assert.Empty(Directory.GetFileSystemEntries(_folder["elsewhere"]));
    }

    [Fact]
    public void A_pipe_or_a_device_is_never_replaced()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Other systems can't be asked.");
        using (var made = System.Diagnostics.Process.Start("mkfifo", [_folder["pipe"]])) made.WaitForExit();
        Assert.Throws<OutputExistsException>(() => FileCommit.Refuse(_folder["pipe"], overwrite: true));
        Assert.Throws<OutputExistsException>(() => FileCommit.Refuse("/dev/null", overwrite: true));
    }

    [Fact]
    public void What_is_taken_over_is_committed_once()
    {
        using var first = new FileCommit();
        first.Add(_folder["a"], overwrite: false).Write("a"u8.ToArray());
        using var second = new FileCommit();
        second.Add(_folder["b"], overwrite: false).Write("b"u8.ToArray());
        first.Include(second);
        second.Dispose();
        first.Commit();
        Assert.Equal(["a", "b"],
            Directory.GetFiles(_folder.Root).Select(File.ReadAllText).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_name_that_is_taken_by_something_else_than_a_record_stops_nobody()
    {
        File.WriteAllText(_folder[CommitRecord.Name], "mine");
        using var files = new FileCommit();
        files.Add(_folder["a"], overwrite: false).Write("a"u8.ToArray());
        files.Add(_folder["b"], overwrite: false).Write("b"u8.ToArray());
        files.Commit();
        Assert.Equal(3, Directory.GetFiles(_folder.Root).Length);
        Assert.Equal("mine", File.ReadAllText(_folder[CommitRecord.Name]));
    }

    public void Dispose() => _folder.Dispose();

    private static void Recover(CommitSample sample, string entry, SystemFiles system) =>
        CommitRecovery.Run(Path.GetDirectoryName(sample.At(entry))!, system);

    private static void AssertDecided(CommitSample sample, string entry)
    {
        var state = CommitSample.State(sample.Root);
        Assert.True(Same(state, sample.Old) || Same(state, sample.New), string.Join(", ", state.Values));
        Assert.False(File.Exists(Path.Combine(Path.GetDirectoryName(sample.At(entry))!, CommitRecord.Name)));
        if (Same(state, sample.New))
            Assert.DoesNotContain(sample.Everything(), name => name.Contains(".tmp", StringComparison.Ordinal));
    }

    private static bool Same(IReadOnlyDictionary<string, string> state, IReadOnlyDictionary<string, string> other) =>
        state.Count == other.Count
            && state.All(file => other.TryGetValue(file.Key, out var content) && content == file.Value);
}
