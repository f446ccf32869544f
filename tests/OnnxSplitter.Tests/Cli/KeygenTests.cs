namespace OnnxSplitter.Tests.Cli;

public sealed class KeygenTests
{
    [Fact]
    public void A_private_key_is_its_owners_alone_and_never_overwritten()
    {
        using var folder = new TemporaryFolder();
        Transcript.Of("keygen", folder["vendor"]).Done();
        Assert.Equal(["vendor.crt", "vendor.pem"], Directory.GetFiles(folder.Root).Select(Path.GetFileName).Order());
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder["vendor.pem"]));
        var before = File.ReadAllText(folder["vendor.pem"]);

        Transcript.Of("keygen", folder["vendor"]).Refused(6);
        File.Delete(folder["vendor.crt"]);
        Transcript.Of("keygen", folder["vendor"]).Refused(6);

        Assert.Equal(before, File.ReadAllText(folder["vendor.pem"]));
        Assert.False(File.Exists(folder["vendor.crt"]));
    }
}
