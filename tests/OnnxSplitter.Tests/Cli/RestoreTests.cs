using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Tests.Runtime;
using OnnxSplitter.Tests.Secrets;

namespace OnnxSplitter.Tests.Cli;

public sealed class RestoreTests : IDisposable
{
    private readonly ShippedSample _sample = new();

    [Fact]
    public void The_original_comes_back()
    {
        var transcript = Transcript.Of([.. _sample.RestoreArguments(), "--json"]);

        transcript.Done();
        var json = JsonDocument.Parse(transcript.Output).RootElement;
        Assert.Equal(
            Convert.ToHexStringLower(ModelFile.Digest(_sample.Original)), json.GetProperty("sha256").GetString());
        Assert.Equal(ModelFile.Digest(_sample.Original), ModelFile.Digest(_sample.Restored));
        Assert.Equal(_sample.Restored, json.GetProperty("output").GetString());
        Assert.Equal(new FileInfo(_sample.Original).Length, json.GetProperty("bytes").GetInt64());
        Assert.True(json.GetProperty("seconds").GetDouble() > 0);
    }

    [Fact]
    public void The_owner_alone_may_read_it_unless_it_replaces_a_file()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no modes.");
            return;
        }

        Transcript.Of(_sample.RestoreArguments()).Done();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_sample.Restored));

        var shared = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
        File.SetUnixFileMode(_sample.Restored, shared | UnixFileMode.SetGroup);
        Transcript.Of([.. _sample.RestoreArguments(), "--force"]).Done();
        Assert.Equal(shared, File.GetUnixFileMode(_sample.Restored));
    }

    [Fact]
    public void A_wrong_identity_opens_nothing() => Refused(4, _sample.RestoreArguments(identity: "other"));

    [Fact]
    public void Whom_the_secrets_are_for_and_who_was_given_is_said_where_they_do_not_open()
    {
        var transcript = Transcript.Of(_sample.RestoreArguments(identity: "other"));

        transcript.Refused(4, $"they are sealed to {KeyIdentifier(TestKeys.Alice)}; given was CN=bob "
            + $"({KeyIdentifier(TestKeys.Bob)}).");
        Assert.Contains(KeyIdentifier(TestKeys.Alice),
            Transcript.OfChecker(_sample.CheckArguments(identity: "other")).Output, StringComparison.Ordinal);
    }

    private static string KeyIdentifier(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single().SubjectKeyIdentifier!;

    [Fact]
    public void Another_vendor_of_the_same_name_is_not_trusted() =>
        Refused(5, _sample.RestoreArguments(trust: "stranger"));

    [Fact]
    public void Secrets_of_another_model_are_refused()
    {
        using var other = new ProtectedSample("resnet20-fmnist-bn.onnx");
        _sample.Seal(other.Secrets);
        Refused(5, _sample.RestoreArguments());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.25)]
    [InlineData(0.5)]
    [InlineData(0.75)]
    [InlineData(1)]
    public void One_flipped_bit_of_the_secrets_is_noticed(double place)
    {
        ShippedSample.Flip(_sample.Secrets, place);
        Refused(5, _sample.RestoreArguments());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    [InlineData(0.7)]
    [InlineData(1)]
    public void One_flipped_bit_of_the_model_is_noticed(double place)
    {
        ShippedSample.Flip(_sample.Obfuscated, place);
        Refused(5, _sample.RestoreArguments());
    }

    [Fact]
    public void Bytes_after_the_secrets_are_noticed()
    {
        File.AppendAllBytes(_sample.Secrets, [0]);
        Refused(5, _sample.RestoreArguments());
    }

    [Fact]
    public void Inspecting_shows_counts_and_says_that_nothing_is_verified()
    {
        var without = JsonDocument.Parse(Transcript.Of("inspect", _sample.Secrets, "--json").Output).RootElement;
        Assert.False(without.GetProperty("verified").GetBoolean());
        Assert.False(without.TryGetProperty("contents", out _));

        var with = Transcript.Of("inspect", _sample.Secrets, "-i", _sample.Folder["device.pem"]);
        with.Done();
        Assert.Contains("signer not checked against a pinned certificate", with.Output, StringComparison.Ordinal);
        Assert.Contains(": 10 changed", with.Output, StringComparison.Ordinal);
        Transcript.Of("inspect", _sample.Secrets, "-i", _sample.Folder["other.pem"]).Refused(4);
        Assert.StartsWith("Verified:",
            Transcript.Of("inspect", _sample.Secrets, "--trust", _sample.Folder["vendor.crt"]).Output,
            StringComparison.Ordinal);
        Transcript.Of("inspect", _sample.Secrets, "--trust", _sample.Folder["stranger.crt"]).Refused(5);
        File.WriteAllBytes(_sample.Folder["broken.p7m"], File.ReadAllBytes(_sample.Secrets)[..^1]);
        Transcript.Of("inspect", _sample.Folder["broken.p7m"]).Refused(5);
    }

    public void Dispose() => _sample.Dispose();

    private void Refused(int code, string[] arguments) =>
        _sample.AssertNothingNew(() => Transcript.Of(arguments).Refused(code));
}
