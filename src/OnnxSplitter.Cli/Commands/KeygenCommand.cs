using System.CommandLine;
using OnnxSplitter.Cli.Requests;
using OnnxSplitter.Hosting;
using OnnxSplitter.Hosting.CommandLine;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Cli.Commands;

/// <summary><c>onnxsplit keygen</c>.</summary>
internal static class KeygenCommand
{
    private static readonly CommandDefinition<KeygenRequest> Definition = new(
        "keygen", new KeygenRequest(string.Empty),
        new RowTable<KeygenRequest>()
            .Value("NAME", null, Kinds.Text, x => x.Name, (x, value) => x with { Name = value },
                "Path without an ending; its last part becomes the certificate's common name.")
            .Value("--key", null, Kinds.Among(("rsa", KeyKind.Rsa), ("p256", KeyKind.P256), ("p384", KeyKind.P384)),
                x => x.Kind, (x, value) => x with { Kind = value },
                "What key: rsa (3072 bits), or elliptic on the curve P-256 or P-384.")
            .Force(x => x.Force, (x, value) => x with { Force = value }),
        "Makes a key that signs and opens secrets, with a certificate: NAME.pem (private, mode 0600) and NAME.crt (to "
        + "hand "
        + "out).")
    {
        Examples = ["onnxsplit keygen vendor", "onnxsplit keygen device --key p256"],
    };

    public static Command Create(Streams streams) =>
        Definition.Create((request, _) => Run(request.Name, request.Kind, request.Force, streams));

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
