using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using OnnxSplitter.Benchmarks.Hosts;
using OnnxSplitter.Native;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Tests.Runtime;
using OnnxSplitter.Tests.Secrets;

namespace OnnxSplitter.Tests.Native;

/// <summary>What the native library refuses, by which code, and what it says.</summary>
public sealed partial class NativeRefusalTests : IDisposable
{
    private const string Passphrase = "open sesame";

    private readonly NativeSample _sample = new();
    private readonly NativeHost _native = new(NativeBuild.Library);

    [Fact]
    public void Each_reason_has_its_code()
    {
        Refused(ErrorCode.NotTrusted, _sample.Paths with { Trust = _sample.Folder["other.crt"] });
        Refused(ErrorCode.NotOpened, _sample.Paths with { Identity = _sample.Folder["other.pem"] });
        Refused(ErrorCode.Secrets, _sample.Paths with { Secrets = _sample.Folder["none.p7m"] });
        Refused(ErrorCode.Secrets, _sample.Paths with { Secrets = "-----BEGIN CMS-----"u8.ToArray() });
        Refused(ErrorCode.NotTrusted, _sample.Paths with { Secrets = new byte[1] });
        Refused(ErrorCode.Key, _sample.Paths with { Identity = _sample.Vendor });
        Refused(ErrorCode.Key, _sample.Paths with { Identity = _sample.Folder["none.pem"] });
        Refused(ErrorCode.Key, _sample.Paths with { Trust = new byte[3] });
        Refused(ErrorCode.NotTrusted, _sample.Paths with { SignerName = "alice" });
        Refused(ErrorCode.Io, _sample.Paths with { Model = _sample.Folder["none.onnx"] });
        Refused(ErrorCode.Mismatch, _sample.Paths with { Model = new byte[3] });
        Refused(ErrorCode.Model, _sample.Paths with { Model = File.ReadAllBytes(_sample.Model) });
        Assert.Contains("Give data_folder", _native.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_byte_of_the_model_is_found_out_and_of_a_data_file_unless_that_is_not_asked_for()
    {
        Cli.ShippedSample.Flip(_sample.Folder["even.bin"], 0.75);
        Refused(ErrorCode.Mismatch, _sample.Paths);
        var (code, model) = _native.Open(_sample.Paths with { Digests = 1 });
        Assert.Equal((ErrorCode.Ok, ErrorCode.Ok), (code, _native.Close(model)));
        Cli.ShippedSample.Flip(_sample.Model, 1);
        Refused(ErrorCode.Mismatch, _sample.Paths with { Digests = 1 });
    }

    [Fact]
    public void A_missing_data_file_is_named()
    {
        File.Delete(_sample.Folder["even.bin"]);
        Refused(ErrorCode.Io, _sample.Paths);
        Assert.Contains("'even.bin', which does not exist", _native.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void Terms_ask_for_their_audience()
    {
        using var sample = new ProtectedSample();
        using var signer = Identity.Of(TestKeys.Alice);
        var secrets = SecretsEnvelope.Seal(
            sample.Secrets, signer, [TestKeys.Alice],
            new SealOptions { Terms = new SecretsTerms { Audience = "cameras" } });
        var arguments = _sample.Paths with { Model = sample.Obfuscated, Secrets = secrets };
        Refused(ErrorCode.Terms, arguments);
        Assert.DoesNotContain("Audience", _native.ErrorText, StringComparison.Ordinal);
        Refused(ErrorCode.Terms, arguments with { Audience = "doorbells" });
        var (code, model) = _native.Open(arguments with { Audience = "cameras" });
        Assert.Equal((ErrorCode.Ok, ErrorCode.Ok), (code, _native.Close(model)));
    }

    [Fact]
    public void A_passphrase_opens_a_key_and_stands_in_no_text()
    {
        var identity = TestKeys.Alice.Export(X509ContentType.Pfx, Passphrase);
        var arguments = _sample.Paths with { Identity = identity };
        Refused(ErrorCode.Key, arguments);
        Refused(ErrorCode.Key, arguments with { Passphrase = "another secret" });
        Assert.DoesNotContain("another secret", _native.ErrorText, StringComparison.Ordinal);
        Refused(ErrorCode.NotTrusted,
            arguments with { Passphrase = Passphrase, Trust = _sample.Folder["other.crt"] });
        Assert.DoesNotContain(Passphrase, _native.ErrorText, StringComparison.Ordinal);
        var (code, model) = _native.Open(arguments with { Passphrase = Passphrase });
        Assert.Equal((ErrorCode.Ok, ErrorCode.Ok), (code, _native.Close(model)));
    }

    [Fact]
    public unsafe void Arguments_that_can_not_be_are_refused()
    {
        ulong model = 5;
        Assert.Equal(ErrorCode.BadArgument, _native.Open(null, &model));
        Assert.Equal(0UL, model);
        NativeHost.Spoil[] all =
        [
            options => options->Size = 0,
            options => options->Size++,
            options => options->DataFolder = options->Model.Path,
            options => options->Digests = -1,
            options => options->Digests = 2,
            options => options->Model = default,
            options => options->Secrets.Path = null,
            options => options->Identity.Length = 1,
            options => options->Trust.Bytes = options->Trust.Path,
            options => options->Model = Bytes(options->Model, 0),
            options => options->Model = Bytes(options->Model, nuint.MaxValue),
            options => options->Secrets = Bytes(options->Secrets, (nuint)int.MaxValue + 1),
            options => *options->Model.Path = 0,
            options => *options->Model.Path = 0xFF,
            options => options->SignerName = options->Model.Path + _sample.Model.Length,
        ];
        foreach (var spoil in all)
        {
            var (code, none) = _native.Open(_sample.Paths, spoil);
            Assert.Equal((ErrorCode.BadArgument, 0UL), (code, none));
            Assert.NotEmpty(_native.ErrorText);
        }

        Refused(ErrorCode.BadArgument, _sample.Paths with { Audience = new string('a', 1 << 16) });
        var (_, open) = _native.Open(_sample.Paths, options => Assert.Equal(
            ErrorCode.BadArgument, _native.Open(options, null)));
        var part = new NativePart { Name = 1 };
        Assert.Equal(ErrorCode.BadArgument, _native.PartAt(open, 0, null));
        foreach (var index in new[] { -1, 3, int.MaxValue, int.MinValue })
            Assert.Equal(ErrorCode.BadArgument, _native.PartAt(open, index, &part));
        Assert.Equal((0, 0, 0UL), (part.Name, part.Data, part.Length));
        Assert.Equal(ErrorCode.Ok, _native.Close(open));

        static NativeSource Bytes(NativeSource path, nuint length) => new() { Bytes = path.Path, Length = length };
    }

    [Fact]
    public unsafe void Handles_that_are_closed_or_were_never_open_are_refused()
    {
        var (_, model) = _native.Open(_sample.Paths);
        Assert.Equal(ErrorCode.Ok, _native.Close(model));
        NativePart part;
        foreach (var garbage in new[] { model, ulong.MaxValue, (ulong)&part, 1UL << 63 })
        {
            Assert.Equal(ErrorCode.BadArgument, _native.Close(garbage));
            Assert.Equal(-1, _native.PartCount(garbage));
            Assert.Equal(ErrorCode.BadArgument, _native.PartAt(garbage, 0, &part));
        }

        Assert.Equal(ErrorCode.Ok, _native.Close(0));
        Assert.Equal(-1, _native.PartCount(0));
    }

    [Fact]
    public void An_error_is_its_threads_own()
    {
        Refused(ErrorCode.NotTrusted, _sample.Paths with { Trust = _sample.Folder["other.crt"] });
        var text = _native.ErrorText;
        (ErrorCode, string, ErrorCode, ErrorCode) seen = default;
        var thread = new Thread(() => seen =
            (_native.ErrorCode, _native.ErrorText, _native.Close(ulong.MaxValue), _native.ErrorCode));
        thread.Start();
        thread.Join();
        Assert.Equal((ErrorCode.Ok, "", ErrorCode.BadArgument, ErrorCode.BadArgument), seen);
        Assert.Equal((ErrorCode.NotTrusted, text), (_native.ErrorCode, _native.ErrorText));
    }

    [Fact]
    public void The_header_has_the_codes() => Assert.Equal(
        Enum.GetValues<ErrorCode>().Select(code => (Letters(code.ToString()), (int)code)),
        Code().Matches(File.ReadAllText(NativeBuild.Header)).Select(match => (
            Letters(match.Groups["name"].Value),
            int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture))));

    public void Dispose() => _sample.Dispose();

    private void Refused(ErrorCode expected, NativeArguments arguments)
    {
        var (code, model) = _native.Open(arguments);
        Assert.True(code == expected, $"{code} instead of {expected}: {_native.ErrorText}");
        Assert.Equal((expected, 0UL), (_native.ErrorCode, model));

        // A message, and a remedy.
        Assert.Matches(@"^[^.].*[.] .+[.]$", _native.ErrorText);
    }

    private static string Letters(string name) =>
        name.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();

    [GeneratedRegex(@"ONNXSPLIT_(?!DIGESTS)(?<name>[A-Z_]+) = (?<number>\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Code();
}
