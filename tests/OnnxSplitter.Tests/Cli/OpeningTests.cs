namespace OnnxSplitter.Tests.Cli;

/// <summary>What is given as a file and is none: a pipe that nobody writes to, a folder, nothing at all.</summary>
public sealed class OpeningTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ShippedSample _sample = new();

    public static TheoryData<string, int> Inputs { get; } = new()
    {
        { "secrets", 3 }, { "identity", 2 }, { "trust", 2 }, { "passphrase", 2 }, { "recipient", 2 }, { "list", 2 },
        { "signer", 2 }, { "data", 3 }, { "images", 3 }, { "state", 6 }, { "model", 3 }, { "inspected", 3 },
        { "measured", 3 },
    };

    [Theory]
    [MemberData(nameof(Inputs))]
    public async Task A_pipe_that_nobody_writes_to_is_refused_at_once(string input, int code)
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Windows has no pipes among its files.");
        var path = _sample.Folder["pipe.png"];
        Peer.Run("mkfifo", path);
        var cancellation = TestContext.Current.CancellationToken;

        var transcript = await Task.Run(() => Transcript.Of(Arguments(input, path)), cancellation)
            .WaitAsync(Patience, cancellation);

        transcript.Refused(code, "pipe.png is no file, but a pipe or a device");
    }

    [Theory]
    [MemberData(nameof(Inputs))]
    public void A_folder_is_called_a_folder(string input, int code)
    {
        // Examples may be a folder.
        if (input is "data" or "images") return;
        var path = Directory.CreateDirectory(_sample.Folder["some"]).FullName;

        Transcript.Of(Arguments(input, path)).Refused(code, $"{path} is a folder.");
    }

    [Theory]
    [InlineData("measured")]
    [InlineData("inspected")]
    [InlineData("secrets")]
    public void What_is_not_there_is_not_called_anything_else(string input) =>
        Transcript.Of(Arguments(input, _sample.Folder["nothere"])).Refused(3, "nothere does not exist.");

    [Theory]
    [InlineData("<!DOCTYPE html>")]
    [InlineData("{ \"report\": 1 }")]
    [InlineData("")]
    public void A_file_of_another_kind_is_said_to_be_neither_secrets_nor_a_model(string content)
    {
        File.WriteAllText(_sample.Folder["shipped.html"], content);

        var transcript = Transcript.Of("inspect", _sample.Folder["shipped.html"]);

        transcript.Refused(3, "is neither a secrets file nor an ONNX model");
        Assert.Contains("(.p7m) or a model (.onnx)", transcript.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model")]
    [InlineData("inspected")]
    public void A_pointer_of_git_lfs_is_called_that(string input)
    {
        File.WriteAllText(_sample.Folder["pointer.onnx"],
            "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n");

        var transcript = Transcript.Of(Arguments(input, _sample.Folder["pointer.onnx"]));

        transcript.Refused(3, "a pointer of Git LFS");
        Assert.Contains("git lfs pull", transcript.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_is_cut_off_is_still_called_a_model()
    {
        File.WriteAllBytes(_sample.Folder["cut.onnx"], File.ReadAllBytes(_sample.Original)[..5000]);

        var transcript = Transcript.Of("inspect", _sample.Folder["cut.onnx"]);

        transcript.Refused(3);
        Assert.DoesNotContain("neither", transcript.Error, StringComparison.Ordinal);
    }

    // An error that the disk reports, as strace makes the system say.
    [Fact]
    public void A_model_that_the_disk_cannot_read_is_an_input_that_cannot_be_read()
    {
        Peer.Require("strace", "-V");
        foreach (var file in new[] { _sample.Obfuscated, _sample.Secrets })
            _sample.AssertNothingNew(() => Assert.Equal(3, Peer.Code("strace", [
                "-f", "-qq", "-o", "/dev/null", "-P", file, "-e", "trace=pread64,read", "-e",
                "inject=pread64,read:error=EIO", "dotnet",
                Path.Combine(AppContext.BaseDirectory, "OnnxSplitter.Cli.dll"), .. _sample.RestoreArguments(),
            ])));
    }

    public void Dispose() => _sample.Dispose();

    private string[] Arguments(string input, string path)
    {
        var restore = _sample.RestoreArguments();
        var protect = _sample.ProtectArguments(_sample.Original);
        switch (input)
        {
            case "model": return [.. protect.Take(1), path, .. protect.Skip(2)];
            case "inspected": return ["inspect", path];
            case "measured":
                return ["evaluate", path, "--data", Examples.Evaluation(512)];
            case "secrets": return With(restore, "-s", path);
            case "identity": return With(restore, "-i", path);
            case "trust": return With(restore, "--trust", path);
            case "passphrase":
                var key = EncryptedKey();
                return [.. With(restore, "-i", key), "--passphrase-file", path];
            case "recipient": return With(protect, "-r", path);
            case "list": return [.. protect, "-R", path];
            case "signer": return With(protect, "--signer", path);
            case "data": return [.. protect, "--data", path];
            case "images": return [.. protect, "--data", ImageFolder(path)];
            default: return [.. protect, "--state", path, "--resume"];
        }
    }

    private static string[] With(string[] arguments, string option, string value)
    {
        string[] changed = [.. arguments];
        changed[Array.IndexOf(changed, option) + 1] = value;
        return changed;
    }

    private string ImageFolder(string pipe)
    {
        var folder = Directory.CreateDirectory(_sample.Folder["images"]).FullName;
        if (File.Exists(pipe)) File.Move(pipe, Path.Combine(folder, Path.GetFileName(pipe)));
        return folder;
    }

    private string EncryptedKey()
    {
        using var key = System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPemFile(
            _sample.Folder["device.pem"]);
        File.WriteAllBytes(_sample.Folder["device.pfx"],
            key.Export(System.Security.Cryptography.X509Certificates.X509ContentType.Pfx, "secret"));
        return _sample.Folder["device.pfx"];
    }
}
