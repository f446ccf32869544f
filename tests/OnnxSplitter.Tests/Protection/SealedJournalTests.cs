using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.State;
using OnnxSplitter.Secrets;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Tests.Secrets;

namespace OnnxSplitter.Tests.Protection;

public sealed class SealedJournalTests : IDisposable
{
    private static readonly byte[] State = Encoding.ASCII.GetBytes("conv1.weight 17 0.25, conv2.weight 4711 -0.5");

    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _job = SHA256.HashData("job"u8);

    private string File => _folder["search.state"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("rsa pem")]
    [InlineData("ec pem")]
    [InlineData("rsa pfx")]
    [InlineData("ec pfx")]
    public void The_next_run_of_the_job_gets_what_was_saved_last(string key)
    {
        var identity = key.StartsWith("rsa", StringComparison.Ordinal) ? TestKeys.Signer : TestKeys.EllipticSigner;
        KeyFiles.WritePem(identity, _folder["signer.pem"], _folder["signer.crt"], overwrite: false);
        System.IO.File.WriteAllBytes(_folder["signer.pfx"], identity.Export(X509ContentType.Pfx));
        var path = _folder[key.EndsWith("pfx", StringComparison.Ordinal) ? "signer.pfx" : "signer.pem"];
        using (var signer = KeyFiles.LoadIdentity(path))
        using (var first = SealedJournal.Open(File, signer, _job, resume: false))
        {
            Assert.Null(first.Saved);
            first.Save([9]);
            first.Save(State);
        }

        using var again = KeyFiles.LoadIdentity(path);
        using var second = SealedJournal.Open(File, again, _job, resume: true);
        Assert.Equal(State, second.Saved);
    }

    [Fact]
    public void A_run_that_went_on_can_be_gone_on_with()
    {
        Save(State);
        using (var second = SealedJournal.Open(File, Identity.Of(TestKeys.Signer), _job, resume: true)) second.Save(
            [1, 2, 3]);
        using var third = SealedJournal.Open(File, Identity.Of(TestKeys.Signer), _job, resume: true);
        Assert.Equal([1, 2, 3], third.Saved);
    }

    [Fact]
    public void Nothing_of_the_state_lies_in_the_file_in_the_clear()
    {
        Save(State);
        var first = System.IO.File.ReadAllBytes(File);
        Save(State);
        var second = System.IO.File.ReadAllBytes(File);

        Assert.Equal(-1, first.AsSpan().IndexOf(State.AsSpan(0, 6)));
        Assert.Equal(first.Length, second.Length);

        // Of the same state nothing is the same but the magic: salt and nonce are drawn anew.
        Assert.InRange(first.Skip(8).Zip(second.Skip(8)).Count(pair => pair.First == pair.Second), 0, 8);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        Assert.Equal([File], Directory.GetFiles(_folder.Root));
    }

    [Fact]
    public void Two_saves_of_one_run_have_different_nonces()
    {
        using var journal = SealedJournal.Open(File, Identity.Of(TestKeys.Signer), _job, resume: false);
        journal.Save(State);
        var first = System.IO.File.ReadAllBytes(File);
        journal.Save(State);
        var second = System.IO.File.ReadAllBytes(File);
        Assert.Equal(first[..40], second[..40]);
        Assert.NotEqual(first[40..52], second[40..52]);
        Assert.NotEqual(first[52..], second[52..]);
    }

    [Fact]
    public void The_state_of_another_signer_of_another_job_or_altered_is_refused_alike()
    {
        Save(State);
        var whole = System.IO.File.ReadAllBytes(File);
        var refusals = new List<SearchStateMismatchException>
        {
            Refused(Identity.Of(TestKeys.OtherSigner), _job),
            Refused(Identity.Of(TestKeys.EllipticSigner), _job),
            Refused(Identity.Of(TestKeys.Signer), SHA256.HashData("another"u8)),
        };
        using (var signer = Identity.Of(TestKeys.PublicPart(TestKeys.Signer)))
            Assert.Throws<CertificateException>(() => SealedJournal.Open(File, signer, _job, resume: true));
        for (var bit = 0; bit < whole.Length * 8; bit++)
        {
            var flipped = whole.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            System.IO.File.WriteAllBytes(File, flipped);
            refusals.Add(Refused(Identity.Of(TestKeys.Signer), _job));
        }

        for (var length = 0; length < whole.Length; length++)
        {
            System.IO.File.WriteAllBytes(File, whole[..length]);
            refusals.Add(Refused(Identity.Of(TestKeys.Signer), _job));
        }

        System.IO.File.WriteAllBytes(File, [.. whole, 0]);
        refusals.Add(Refused(Identity.Of(TestKeys.Signer), _job));
        Assert.Single(refusals.Select(e => (e.Message, e.Remedy)).Distinct());
        Assert.All(refusals, e => Assert.Null(e.InnerException));
    }

    [Fact]
    public void A_file_over_the_limit_is_refused_unread()
    {
        using (var stream = System.IO.File.Create(File)) stream.SetLength(SealedJournal.MaxState + 1000L);
        Refused(Identity.Of(TestKeys.Signer), _job);
    }

    [Fact]
    public void Beginning_anew_removes_what_was_saved()
    {
        Save(State);
        using var journal = SealedJournal.Open(File, Identity.Of(TestKeys.Signer), _job, resume: false);
        Assert.Null(journal.Saved);
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public void A_signer_whose_key_cannot_be_had_keeps_no_state()
    {
        Assert.True(SealedJournal.CanKeepFor(Identity.Of(TestKeys.Signer)));
        Assert.True(SealedJournal.CanKeepFor(Identity.Of(TestKeys.EllipticSigner)));
        using var signer = Identity.Of(TestKeys.PublicPart(TestKeys.Signer));
        Assert.False(SealedJournal.CanKeepFor(signer));
    }

    [Fact]
    public void A_job_is_named_by_what_the_choice_depends_on_and_by_nothing_else()
    {
        var model = Repository.Model("resnet20-fmnist.onnx");
        var options = new ProtectionOptions(model, "a.onnx", "a.p7m", Identity.Of(TestKeys.Signer), [TestKeys.Alice])
        {
            Data = new DataSettings { Calibration = _folder["data.npz"] },
            Search = new SearchSettings { TargetAccuracy = 0.2 },
        };
        System.IO.File.WriteAllBytes(_folder["data.npz"], [1]);
        var digest = Digest(options);

        Assert.Equal(digest, Digest(options with
        {
            Search = options.Search with { MaxWeights = 7, TargetAccuracy = 0.3 },
            Output = "b.onnx",
            Secrets = "b.p7m",
            Recipients = [TestKeys.Bob],
            AcceptBest = true,
            Force = true,
            Resume = true,
            State = "c",
        }));
        ProtectionOptions[] others =
        [
            options with { Model = Repository.Model("resnet20-fmnist-bn.onnx") },
            options with { Data = options.Data with { Calibration = null } },
            options with { Data = options.Data with { Evaluation = _folder["data.npz"] } },
            options with { Search = options.Search with { Strategy = StrategyKind.Random } },
            options with { Search = options.Search with { Move = MoveKind.Swap } },
            options with { Search = options.Search with { Seed = 1 } },

            // Aims at another thing then.
            options with { Search = options.Search with { TargetAccuracy = null } },
            options with { Avoided = [("conv1.weight", 3)] },
            options with { Sessions = new Sessions([CustomOpModel.Library]) },
        ];
        Assert.Distinct([.. others.Select(other => Convert.ToHexString(Digest(other))), Convert.ToHexString(digest)]);
        System.IO.File.WriteAllBytes(_folder["data.npz"], [2]);
        Assert.NotEqual(digest, Digest(options));
    }

    [Fact]
    public void A_job_is_another_if_a_data_file_of_the_model_is()
    {
        using (var plain = ModelFile.Open(Repository.Model("resnet20-fmnist.onnx")))
            DataFileModel.Write(plain.ParseWhole(), _folder["model.onnx"]);
        var options = new ProtectionOptions(
            _folder["model.onnx"], "a.onnx", "a.p7m", Identity.Of(TestKeys.Signer), [TestKeys.Alice]);
        var digest = Digest(options);
        using (var data = System.IO.File.OpenWrite(_folder["odd/odd.bin"])) data.Write([1, 2, 3, 4]);

        Assert.NotEqual(digest, Digest(options));
    }

    private static byte[] Digest(ProtectionOptions options)
    {
        using var model = ModelFile.Open(options.Model);
        return JobDigest.Of(model, options);
    }

    private void Save(byte[] state)
    {
        using var journal = SealedJournal.Open(File, Identity.Of(TestKeys.Signer), _job, resume: false);
        journal.Save(state);
    }

    private SearchStateMismatchException Refused(Identity signer, byte[] job) =>
        Assert.Throws<SearchStateMismatchException>(() => SealedJournal.Open(File, signer, job, resume: true));
}
