using System.CommandLine;

namespace OnnxSplitter.Hosting;

/// <summary>Options that several commands have, worded once.</summary>
public static class CommonOptions
{
    /// <summary><c>--json</c>.</summary>
    public static Option<bool> Json() => new("--json")
    {
        Description = "Print one JSON object on standard output, and nothing else there.",
    };

    /// <summary><c>--force</c>.</summary>
    public static Option<bool> Force() => new("--force") { Description = "Replace outputs that exist." };

    /// <summary><c>--secrets</c>.</summary>
    public static Option<string> Secrets() => new("--secrets", "-s")
    {
        Description = "The sealed secrets (.p7m), or - for standard input.",
        HelpName = "SECRETS.p7m",
        Required = true,
    };

    /// <summary><c>--identity</c>.</summary>
    public static Option<string[]> Identity(bool required = true) => new("--identity", "-i")
    {
        Description = "Certificate and private key that the secrets were sealed to: a PEM or PFX file, - for standard "
            + "input, store:THUMBPRINT in the system's certificate store, or a PKCS#11 URI. Given several times, they are tried in order.",
        HelpName = "KEY",
        Required = required,
    };

    /// <summary><c>--signer</c>.</summary>
    public static Option<string> Signer() => new("--signer")
    {
        Description = "Certificate and private key that vouch for the secrets: a PEM or PFX file, - for standard input, "
            + "store:THUMBPRINT in the system's certificate store, or a PKCS#11 URI.",
        HelpName = "KEY",
        Required = true,
    };

    /// <summary><c>--passphrase-file</c>.</summary>
    public static Option<string?> PassphraseFile() => new("--passphrase-file")
    {
        Description = "File whose first line is the passphrase of an encrypted key, or a token's PIN. Without: the variable "
            + "ONNXSPLIT_PASSPHRASE, or a prompt.",
        HelpName = "FILE",
    };

    /// <summary><c>--recipient</c>.</summary>
    public static Option<string[]> Recipients() => new("--recipient", "-r")
    {
        Description = "Certificate of someone who may restore the model (.crt). Can be given several times.",
        HelpName = "CERT",
    };

    /// <summary><c>--recipients-file</c>.</summary>
    public static Option<string[]> RecipientFiles() => new("--recipients-file", "-R")
    {
        Description = "File with one path of such a certificate per line, from the file's own folder on; # begins a comment.",
        HelpName = "FILE",
    };

    /// <summary><c>--pss</c>.</summary>
    public static Option<bool> Pss() => new("--pss")
    {
        Description = "Sign by RSASSA-PSS instead of PKCS#1 v1.5; for RSA keys.",
    };

    /// <summary><c>--trust</c>.</summary>
    public static Option<string> Trust() => new("--trust")
    {
        Description = "The one certificate that vouches for secrets: the vendor's, got by a way that you trust.",
        HelpName = "CERT",
        Required = true,
    };

    /// <summary><c>--signer-name</c>.</summary>
    public static Option<string?> SignerName() => new("--signer-name")
    {
        Description = "--trust is not the vendor's certificate but that of an authority; the signer is whoever it has issued "
            + "a certificate with this common name to.",
        HelpName = "NAME",
    };

    /// <summary><c>--audience</c>.</summary>
    public static Option<string?> Audience() => new("--audience")
    {
        Description = "Who opens the secrets, if the vendor has sealed them for an audience.",
        HelpName = "NAME",
    };

    /// <summary><c>--data</c>.</summary>
    public static Option<string?> Data(string description) => new("--data")
    {
        Description = description,
        HelpName = "PATH",
    };

    /// <summary>Makes a command refuse a line that names no recipient.</summary>
    public static void RequireRecipient(this Command command, Option<string[]> recipients, Option<string[]> files) =>
        command.Validators.Add(result =>
        {
            if (result.GetResult(recipients) is null && result.GetResult(files) is null)
                result.AddError("No recipient is named; -r CERT or -R FILE does it.");
        });
}
