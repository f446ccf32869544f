using System.CommandLine;
using OnnxSplitter.Hosting;
using OnnxSplitter.Secrets.Envelope;

namespace OnnxSplitter.Cli.Commands;

/// <summary><c>onnxsplit recipients</c>: its arguments. <see cref="RecipientsJob"/> does the work.</summary>
internal static class RecipientsCommand
{
    private static readonly Argument<string> Secrets = new("SECRETS.p7m")
    {
        Description = "The sealed secrets, or - for standard input.",
    };

    private static readonly Option<string[]> Recipients = CommonOptions.Recipients();

    private static readonly Option<string[]> RecipientFiles = CommonOptions.RecipientFiles();

    private static readonly Option<string[]> Addresses = new("--address")
    {
        Description = "Recipient to remove whose certificate is not at hand: its address, as list shows it.",
        HelpName = "ADDRESS",
    };

    private static readonly Option<string> Signer = CommonOptions.Signer();

    private static readonly Option<string[]> Identities = CommonOptions.Identity();

    private static readonly Option<string?> PassphraseFile = CommonOptions.PassphraseFile();

    private static readonly Option<string?> Trust = new("--trust")
    {
        Description = "Certificate whose signature the secrets have now, if it is not the signer's own.",
        HelpName = "CERT",
    };

    private static readonly Option<bool> Pss = CommonOptions.Pss();

    private static readonly Option<string?> Output = new("--output", "-o")
    {
        Description = "Where the new secrets go, or - for standard output. [default: in place of the old]",
        HelpName = "SECRETS.p7m",
    };

    private static readonly Option<bool> Force = CommonOptions.Force();

    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create(Streams streams) => new("recipients", """
        Shows or changes who can open a secrets file. The obfuscated model stays as it is.

        Examples:
          onnxsplit recipients list model.secrets.p7m -R team.txt
          onnxsplit recipients add model.secrets.p7m -r new.crt --signer vendor.pem -i owner.pem
          onnxsplit recipients remove model.secrets.p7m -r old.crt --signer vendor.pem
        """)
    {
        List(streams), Add(streams), Remove(streams),
    };

    private static Command List(Streams streams)
    {
        var command = new Command("list", """
            Shows who can open a secrets file, as it says itself: nothing is verified. Certificates given with -r or -R are
            found among them.

            Example:
              onnxsplit recipients list model.secrets.p7m -R team.txt
            """)
        { Secrets, Recipients, RecipientFiles, Json };
        command.SetWork((parsed, _) => new RecipientsJob(Request(parsed), streams).List());
        return command;
    }

    private static Command Add(Streams streams)
    {
        var command = new Command("add", """
            Seals a secrets file to further recipients. That takes an identity that opens it and the signer's key: a
            recipient alone can't pass it on under the vendor's signature.

            Example:
              onnxsplit recipients add model.secrets.p7m -r new.crt --signer vendor.pem -i owner.pem
            """)
        { Secrets, Recipients, RecipientFiles, Signer, Identities, PassphraseFile, Trust, Pss, Output, Force, Json };
        command.RequireRecipient(Recipients, RecipientFiles);
        command.SetWork((parsed, _) => new RecipientsJob(Request(parsed), streams).Add());
        return command;
    }

    private static Command Remove(Streams streams)
    {
        var command = new Command("remove", """
            Takes recipients out of a secrets file. It does not take back what they were handed out: whoever could open
            these secrets can still open every copy made before, and restore the model. To shut somebody out, protect the
            model anew and ship that.

            Example:
              onnxsplit recipients remove model.secrets.p7m -r old.crt --signer vendor.pem
            """)
        { Secrets, Recipients, RecipientFiles, Addresses, Signer, PassphraseFile, Trust, Pss, Output, Force, Json };
        command.Validators.Add(result =>
        {
            if (result.GetResult(Recipients) is null && result.GetResult(RecipientFiles) is null
                && result.GetResult(Addresses) is null)
                result.AddError("No recipient is named; -r CERT, -R FILE or --address ADDRESS does it.");
        });
        command.SetWork((parsed, _) => new RecipientsJob(Request(parsed), streams).Remove());
        return command;
    }

    private static RecipientsRequest Request(ParseResult parsed) => new(
        parsed.GetRequiredValue(Secrets), parsed.GetValue(Recipients) ?? [], parsed.GetValue(RecipientFiles) ?? [])
    {
        Addresses = parsed.GetValue(Addresses) ?? [],
        Signer = parsed.GetValue(Signer),
        Identities = parsed.GetValue(Identities) ?? [],
        PassphraseFile = parsed.GetValue(PassphraseFile),
        Trust = parsed.GetValue(Trust),
        Sealing = new SealOptions { Pss = parsed.GetValue(Pss) },
        Output = parsed.GetValue(Output) ?? parsed.GetRequiredValue(Secrets),
        Force = parsed.GetValue(Force),
        Json = parsed.GetValue(Json),
    };
}
