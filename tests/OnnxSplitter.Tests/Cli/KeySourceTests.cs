using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using OnnxSplitter.Tests.Secrets;

namespace OnnxSplitter.Tests.Cli;

/// <summary>Where keys come from, and what <c>-</c> stands for.</summary>
public sealed class KeySourceTests : IDisposable
{
    private readonly ShippedSample _sample = new();

    [Fact]
    public void Identities_are_tried_in_order()
    {
        Transcript.Of([.. _sample.RestoreArguments(identity: "other"), "-i", _sample.Folder["device.pem"]]).Done();
        Transcript.Of([.. _sample.RestoreArguments(identity: "other"), "--force", "-i", _sample.Folder["stranger.pem"]])
            .Refused(4);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_passphrase_file_is_UTF_8_and_may_have_a_byte_order_mark(bool utf8)
    {
        Encoding encoding = utf8 ? new UTF8Encoding(encoderShouldEmitUTF8Identifier: true) : Encoding.Unicode;
        File.WriteAllText(_sample.Folder["passphrase"], "open sesame\r\n", encoding);

        var result = Transcript.Of(
            "inspect", _sample.Secrets, "-i", Encrypted(), "--passphrase-file", _sample.Folder["passphrase"]);

        if (utf8) result.Done();
        else result.Refused(2, "it is text in UTF-16");
    }

    [Fact]
    public void A_passphrase_comes_from_a_file_or_from_whoever_is_asked()
    {
        var pfx = Encrypted();
        File.WriteAllText(_sample.Folder["passphrase"], "open sesame\nsecond line");
        string[] line = ["inspect", _sample.Secrets, "-i", pfx];

        Transcript.Of([.. line, "--passphrase-file", _sample.Folder["passphrase"]]).Done();
        Transcript.With(streams => streams with { AskPassphrase = _ => "open sesame".ToCharArray() }, line).Done();
        Transcript.With(streams => streams with { OpenInput = () => new MemoryStream("open sesame"u8.ToArray()) },
            [.. line, "--passphrase-file", "-"]).Done();
        Transcript.With(streams => streams with { AskPassphrase = _ => "nonsense".ToCharArray() }, line).Refused(2);
        Transcript.Of(line).Refused(2, "passphrase");
        Transcript.Of([.. line, "--passphrase-file", _sample.Folder["none"]]).Refused(2);
    }

    [Theory]
    [InlineData("device.pem", "-i", "-")]
    [InlineData("sealed.p7m", "-s", "-")]
    public void Inputs_come_from_standard_input(string file, string option, string value)
    {
        var arguments = _sample.RestoreArguments();
        arguments[Array.IndexOf(arguments, option) + 1] = value;
        Transcript.With(
            streams => streams with { OpenInput = () => File.OpenRead(_sample.Folder[file]) }, arguments).Done();
    }

    [Theory]
    [InlineData("CMS")]
    [InlineData("PKCS7")]
    [InlineData("base64")]
    [InlineData("SMIME")]
    public void Secrets_that_became_text_are_called_that_with_how_they_are_converted_back(string form)
    {
        var secrets = File.ReadAllBytes(_sample.Secrets);
        var text = form switch
        {
            "base64" => Convert.ToBase64String(secrets, Base64FormattingOptions.InsertLineBreaks),
            "SMIME" => "MIME-Version: 1.0\nContent-Type: application/pkcs7-mime\n\n" + Convert.ToBase64String(secrets),
            _ => PemEncoding.WriteString(form, secrets),
        };
        foreach (var content in new[] { text, "\uFEFF\r\n" + text })
        {
            File.WriteAllText(_sample.Secrets, content);
            string[] piped = _sample.RestoreArguments();
            piped[Array.IndexOf(piped, "-s") + 1] = "-";
            foreach (var result in new[]
            {
                Transcript.Of(_sample.RestoreArguments()),
                Transcript.Of("inspect", _sample.Secrets),
                Transcript.With(streams => streams with { OpenInput = () => File.OpenRead(_sample.Secrets) }, piped),
            })
            {
                result.Refused(3, "is text");
                Assert.Contains(form == "base64" ? "openssl base64 -d" : "openssl cms -cmsout", result.Error,
                    StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_certificate_in_place_of_the_secrets_is_not_to_be_converted()
    {
        File.Copy(_sample.Folder["vendor.crt"], _sample.Secrets, overwrite: true);

        var result = Transcript.Of(_sample.RestoreArguments());

        result.Refused(3, "no secrets");
        Assert.DoesNotContain("openssl", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Standard_input_is_read_once()
    {
        var arguments = _sample.RestoreArguments();
        arguments[Array.IndexOf(arguments, "-i") + 1] = "-";
        arguments[Array.IndexOf(arguments, "-s") + 1] = "-";
        Transcript.With(streams =>
            streams with { OpenInput = () => File.OpenRead(_sample.Folder["device.pem"]) }, arguments)
            .Refused(2, "standard input");
    }

    [Fact]
    public void A_model_goes_to_standard_output_but_to_no_terminal()
    {
        var arguments = _sample.RestoreArguments();
        arguments[Array.IndexOf(arguments, "-o") + 1] = "-";
        var output = new MemoryStream();

        var result = Transcript.With(streams => streams with { OpenOutput = () => output }, arguments);

        result.Done();
        Assert.Empty(result.Output);
        Assert.Equal(File.ReadAllBytes(_sample.Original), output.ToArray());
        Transcript.Of(arguments).Refused(2, "terminal");
    }

    // On Unix the store is a folder in the user's home; elsewhere a test has no business in it.
    [Fact]
    public void A_key_in_the_certificate_store_opens()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The store is not a folder here.");
        var home = _sample.Folder["home"];
        var store =
            Directory.CreateDirectory(Path.Combine(home, ".dotnet", "corefx", "cryptography", "x509stores", "my"));
        File.WriteAllBytes(
            Path.Combine(store.FullName, TestKeys.Alice.Thumbprint + ".pfx"),
            TestKeys.Alice.Export(X509ContentType.Pfx));

        Assert.Equal(0, Run(home, TestKeys.Alice.Thumbprint).Code);
        var (code, error) = Run(home, TestKeys.Bob.Thumbprint);
        Assert.Equal(2, code);
        Assert.Contains($"no key store:{TestKeys.Bob.Thumbprint}", error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_variable_holds_a_passphrase()
    {
        var (code, error) = Run(
            _sample.Folder.Root, "inspect", _sample.Secrets, "-i", Encrypted());
        Assert.True(code == 0, error);
    }

    public void Dispose() => _sample.Dispose();

    private string Encrypted()
    {
        var pfx = _sample.Folder["device.pfx"];
        File.WriteAllBytes(pfx, TestKeys.Alice.Export(X509ContentType.Pfx, "open sesame"));
        return pfx;
    }

    private (int Code, string Error) Run(string home, string thumbprint) =>
        Run(home, "inspect", _sample.Secrets, "-i", $"store:{thumbprint}");

    // In a process of its own: home and variables are the process's.
    private static (int Code, string Error) Run(string home, params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "OnnxSplitter.Cli.dll");
        var start = new ProcessStartInfo("dotnet", ["exec", program, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            Environment = { ["HOME"] = home, ["ONNXSPLIT_PASSPHRASE"] = "open sesame" },
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        output.GetAwaiter().GetResult();
        return (process.ExitCode, error);
    }
}
