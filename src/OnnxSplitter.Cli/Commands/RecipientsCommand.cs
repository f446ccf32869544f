using System.CommandLine;
using OnnxSplitter.Cli.Requests;
using OnnxSplitter.Hosting;
using OnnxSplitter.Hosting.CommandLine;

namespace OnnxSplitter.Cli.Commands;

/// <summary><c>onnxsplit recipients</c>: its arguments. <see cref="RecipientsJob"/> does the work.</summary>
internal static class RecipientsCommand
{
    private static readonly CommandDefinition<RecipientsRequest> ListDefinition = new(
        "list", new RecipientsRequest(),
        Secrets(new RowTable<RecipientsRequest>())
            .Json(x => x.Json, (x, value) => x with { Json = value }),
        "Shows who can open a secrets file, as it says itself: nothing is verified. Certificates given with -r or -R "
        + "are found among them.")
    {
        Examples = ["onnxsplit recipients list model.secrets.p7m -r device.crt"],
    };

    private static readonly CommandDefinition<RecipientsRequest> AddDefinition = new(
        "add", new RecipientsRequest(),
        Writing(Secrets(new RowTable<RecipientsRequest>())
            .Signer(x => x.Signer, (x, value) => x with { Signer = value })
            .Identities(x => x.Identities, (x, value) => x with { Identities = value }))
            .Rule(x => x.Recipients.Count + x.RecipientFiles.Count > 0
                ? null : "No recipient is named; -r CERT or -R FILE does it."),
        "Seals a secrets file to further recipients. That takes an identity that opens it and the signer's key: a "
        + "recipient alone can't pass it on under the vendor's signature.")
    {
        Examples = ["onnxsplit recipients add model.secrets.p7m -r vendor.crt --signer vendor.pem -i device.pem"],
    };

    private static readonly CommandDefinition<RecipientsRequest> RemoveDefinition = new(
        "remove", new RecipientsRequest(),
        Writing(Secrets(new RowTable<RecipientsRequest>())
            .Many("--address", "ADDRESS", Kinds.Text, x => x.Addresses, (x, value) => x with { Addresses = value },
                "Recipient to remove whose certificate is not at hand: its address, as list shows it.")
            .Signer(x => x.Signer, (x, value) => x with { Signer = value }))
            .Rule(x => x.Recipients.Count + x.RecipientFiles.Count + x.Addresses.Count > 0
                ? null : "No recipient is named; -r CERT, -R FILE or --address ADDRESS does it."),
        "Takes recipients out of a secrets file. It does not take back what they were handed out: whoever could open "
        + "these secrets can still open every copy made before, and restore the model. To shut somebody out, protect "
        + "the model anew and ship that.")
    {
        Examples = ["onnxsplit recipients remove model.secrets.p7m -r vendor.crt --signer vendor.pem"],
    };

    public static Command Create(Streams streams) => ProgramCommand.Of(
        new CommandDescription(
            "recipients", "Shows or changes who can open a secrets file. The obfuscated model stays as it is.")
        {
            Examples =
            [
                "onnxsplit recipients list model.secrets.p7m -r device.crt",
                "onnxsplit recipients add model.secrets.p7m -r vendor.crt --signer vendor.pem -i device.pem",
                "onnxsplit recipients remove model.secrets.p7m -r vendor.crt --signer vendor.pem",
            ],
        },
        ListDefinition.Create((request, _) => new RecipientsJob(request, streams).List()),
        AddDefinition.Create((request, _) => new RecipientsJob(request, streams).Add()),
        RemoveDefinition.Create((request, _) => new RecipientsJob(request, streams).Remove()));

    private static RowTable<RecipientsRequest> Secrets(RowTable<RecipientsRequest> rows) => rows
        .Value("SECRETS.p7m", null, Kinds.Text, x => x.Secrets, (x, value) => x with { Secrets = value },
            "The sealed secrets, or - for standard input.")
        .Recipients(
            x => x.Recipients, (x, value) => x with { Recipients = value },
            x => x.RecipientFiles, (x, value) => x with { RecipientFiles = value });

    private static RowTable<RecipientsRequest> Writing(RowTable<RecipientsRequest> rows) => rows
        .PassphraseFile(x => x.PassphraseFile, (x, value) => x with { PassphraseFile = value })
        .Value("--trust", "CERT", Kinds.OptionalText, x => x.Trust, (x, value) => x with { Trust = value },
            "Certificate whose signature the secrets have now, if it is not the signer's own.")
        .Pss(x => x.Sealing.Pss, (x, value) => x with { Sealing = x.Sealing with { Pss = value } })
        .Value("--output|-o", "SECRETS.p7m", Kinds.OptionalText, x => x.Output, (x, value) => x with { Output = value },
            "Where the new secrets go, or - for standard output.", "in place of the old")
        .Force(x => x.Force, (x, value) => x with { Force = value })
        .Json(x => x.Json, (x, value) => x with { Json = value });
}
