using System.CommandLine;
using OnnxSplitter.Hosting;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Cli.Commands;

/// <summary><c>onnxsplit keygen</c>.</summary>
internal static class KeygenCommand
{
    public static Command Create(Streams streams)
    {
        var name = new Argument<string>("NAME")
        {
            Description = "Path without an ending; its last part becomes the certificate's common name.",
        };
        var kind = new Option<string>("--key")
        {
            Description = "What key: rsa (3072 bits), or elliptic on the curve P-256 or P-384.",
            DefaultValueFactory = _ => "rsa",
        }.AcceptOnlyFromAmong("rsa", "p256", "p384");
        var force = CommonOptions.Force();
        var command = new Command("keygen", """
            Makes a key that signs and opens secrets, with a certificate: NAME.pem (private, mode 0600) and NAME.crt (to
            hand out).

            Example:
              onnxsplit keygen vendor
              onnxsplit keygen device --key p256
            """)
        { name, kind, force };
        command.SetWork((parsed, _) => Run(
            parsed.GetRequiredValue(name), Enum.Parse<KeyKind>(parsed.GetRequiredValue(kind), ignoreCase: true),
            parsed.GetValue(force), streams));
        return command;
    }

    private static int Run(string name, KeyKind kind, bool force, Streams streams)
    {
        var (pem, crt) = ($"{name}.pem", $"{name}.crt");
        InputOutput.Check([pem, crt], [], force);
        Write(name, kind, force);
        streams.Output.WriteLine($"Wrote {pem}: certificate and private key. Keep it secret.");
        streams.Output.WriteLine($"Wrote {crt}: the certificate, to hand out.");
        return ExitCodes.Done;
    }

    internal static void Write(string name, KeyKind kind, bool force)
    {
        using var certificate = KeyFiles.Create(Path.GetFileName(name), kind);
        KeyFiles.WritePem(certificate, $"{name}.pem", $"{name}.crt", force);
    }
}
