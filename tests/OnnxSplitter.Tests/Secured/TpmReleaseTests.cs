using System.Runtime.Versioning;
using OnnxSplitter.Secrets;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Tests.Cli;
using OnnxSplitter.Tests.Pkcs11;

namespace OnnxSplitter.Tests.Secured;

/// <summary>
/// The scripts of <c>deploy/tpm2</c>, on a software TPM: which state of it releases a key, and which does not.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class TpmReleaseTests : IDisposable
{
    private readonly ShippedSample _sample = new();
    private readonly SoftTpm _tpm;

    public TpmReleaseTests()
    {
        SoftTpm.Require();
        _tpm = new SoftTpm(Directory.CreateDirectory(_sample.Folder["tpm"]).FullName);
    }

    public void Dispose()
    {
        _tpm.Dispose();
        _sample.Dispose();
    }

    [Fact]
    public void A_sealed_key_opens_while_the_PCRs_are_what_they_were_and_is_refused_after()
    {
        Seal("sha256:0,2,4,7");
        _tpm.Extend(9);
        Transcript.Of(Restore(Released())).Done();
        Assert.Equal(File.ReadAllBytes(_sample.Original), File.ReadAllBytes(_sample.Restored));

        // More often than a TPM has room for sessions that a failure left behind.
        _tpm.Extend(7);
        for (var i = 0; i < 4; i++)
            _sample.AssertNothingNew(() => Transcript.Of(Restore(Released(), "--force")).Refused(2, "ended with 1"));
    }

    [Fact]
    public void A_trusted_process_opens_by_a_sealed_key()
    {
        Seal("sha256:0,2,4,7");
        using var process = new TrustedProcess("-i", Released());
        using var model = process.Connect();
        var image = TrustedProcess.Noise(1, 1);
        Assert.Equal(process.Expected(image, 1), TrustedProcess.Run(model, image, 1));
    }

    [Fact]
    public void What_is_sealed_holds_no_key_that_can_be_read_without_the_TPM_or_its_policy()
    {
        Seal("sha256:0,2,4,7");
        var files = Directory.GetFiles(Sealed).ToDictionary(path => Path.GetFileName(path), StringComparer.Ordinal);
        Assert.Equal(["identity.pfx", "pcrs", "sealed.priv", "sealed.pub"], files.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((UnixFileMode)0x1C0, File.GetUnixFileMode(Sealed));
        Assert.Throws<CertificateException>(() => KeyFiles.LoadIdentity(files["identity.pfx"]));

        // By its empty password: the policy is the one way. And on another TPM, in the same state: not at all.
        var (parent, loaded) = (_sample.Folder["parent"], _sample.Folder["loaded"]);
        _tpm.Run("tpm2_createprimary", "-Q", "-C", "o", "-g", "sha256", "-G", "ecc", "-c", parent);
        _tpm.Run("tpm2_load", "-Q", "-C", parent, "-u", files["sealed.pub"], "-r", files["sealed.priv"], "-c", loaded);
        _tpm.Run("tpm2_flushcontext", "-t");
        Assert.NotEqual(0, _tpm.Code("tpm2_unseal", "-c", loaded));
        _tpm.Run("tpm2_flushcontext", "-t");
        _tpm.Run("tpm2_unseal", "-c", loaded, "-p", "pcr:sha256:0,2,4,7");
        using var other = new SoftTpm(Directory.CreateDirectory(_sample.Folder["other-tpm"]).FullName);
        Assert.NotEqual(0, other.Code(Script("release.sh"), Sealed));
    }

    [Fact]
    public void A_seal_that_fails_leaves_nothing()
    {
        _sample.AssertNothingNew(() =>
        {
            Assert.NotEqual(0, _tpm.Code(Script("seal.sh"), _sample.Folder["device.crt"], Sealed));
            Assert.NotEqual(0, _tpm.Code(Script("seal.sh"), _sample.Folder["device.pem"], Sealed, "sha256:0=file"));
        });
    }

    [Fact]
    public void A_key_service_releases_a_key_to_a_machine_in_the_state_in_which_it_was_enrolled()
    {
        Enrol();
        var asked = $"exec:{_tpm.Variable} '{Script("quote.sh")}' '{Script("key-service.sh")}' '{Machine}'";
        Transcript.Of(Restore(asked)).Done();
        _tpm.Extend(4);
        Transcript.Of(Restore(asked, "--force")).Refused(2, "ended with 1");
    }

    [Fact]
    public void A_key_service_refuses_a_quote_that_was_given_before()
    {
        Enrol();
        Assert.True(Converse("$nonce", "$pcrs"));

        // The very same lines, to another nonce.
        Assert.NotEqual(0, Answered());
    }

    [Theory]
    [InlineData("${nonce:0:62}", "$pcrs", false)]
    [InlineData("$nonce", "sha256:0,2", false)]
    [InlineData("$nonce", "sha256:16,23", false)]
    [InlineData("$nonce", "sha256:0,4", true)]
    public void A_key_service_refuses_a_quote_for_another_nonce_or_of_PCRs_that_hold_the_same(
        string nonce, string registers, bool released)
    {
        Enrol("sha256:0,4");
        foreach (var register in new[] { 16, 23 }) _tpm.Run("tpm2_pcrreset", $"{register}");
        Assert.Equal(released, Converse(nonce, registers));
    }

    [Fact]
    public void A_key_service_refuses_another_TPM_in_the_same_state_and_what_is_no_quote()
    {
        Enrol();
        using var other = new SoftTpm(Directory.CreateDirectory(_sample.Folder["other-tpm"]).FullName);
        Assert.NotEqual(0, other.Code(Script("quote.sh"), Script("key-service.sh"), Machine));
        foreach (var lines in new[] { string.Empty, "\n\n", "AAAA\nAAAA\n", "%\n%\n", new string('A', 10_000) + "\n" })
        {
            File.WriteAllText(_sample.Folder["answer"], lines);
            Assert.NotEqual(0, Answered());
        }
    }

    private string Sealed => _sample.Folder["sealed"];

    private string Machine => _sample.Folder["machine"];

    private static string Script(string name) => Path.Combine(Repository.Root, "deploy", "tpm2", name);

    private string Released() => $"exec:{_tpm.Variable} '{Script("release.sh")}' '{Sealed}'";

    private string[] Restore(string identity, params string[] more)
    {
        var arguments = _sample.RestoreArguments();
        arguments[Array.IndexOf(arguments, "-i") + 1] = identity;
        return [.. arguments, .. more];
    }

    private void Seal(string registers) =>
        _tpm.Run(Script("seal.sh"), _sample.Folder["device.pem"], Sealed, registers);

    private void Enrol(string registers = "sha256:0,2,4,7")
    {
        _tpm.Run(Script("enrol.sh"), Machine, registers);
        File.Copy(_sample.Folder["device.pem"], Path.Combine(Machine, "identity.pem"));
    }

    /// <summary>Gives a key service the answer that lies there, whatever it asks.</summary>
    private int Answered() => Peer.Code(
        "/bin/bash", "-c", "\"$1\" \"$2\" < \"$3\"", "bash", Script("key-service.sh"), Machine,
        _sample.Folder["answer"]);

    /// <summary>
    /// Answers a key service with a quote of what the machine's owner likes, by the machine's own TPM, and keeps it.
    /// </summary>
    /// <returns>Whether the service released the key.</returns>
    private bool Converse(string nonce, string registers)
    {
        File.WriteAllText(_sample.Folder["converse.sh"],
            $$"""
            source "$(dirname "$1")/common.sh"
            attestation_key
            coproc SERVICE { "$1" "$2"; }
            exec 3<&"${SERVICE[0]}" 4>&"${SERVICE[1]}"
            read -r nonce pcrs <&3
            quote "{{nonce}}" "{{registers}}"
            { base64 -w 0 "$work/message"; echo; base64 -w 0 "$work/signature"; echo; } > "$3"
            cat "$3" >&4
            [[ $(cat <&3) == *'PRIVATE KEY'* ]]
            """);
        return _tpm.Code("/bin/bash", _sample.Folder["converse.sh"], Script("key-service.sh"), Machine,
            _sample.Folder["answer"]) == 0;
    }
}
