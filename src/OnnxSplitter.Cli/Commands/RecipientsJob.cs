using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Cli.Requests;
using OnnxSplitter.Cli.Results;
using OnnxSplitter.Hosting;
using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Cli.Commands;

/// <summary>Shows or changes the recipients of a secrets file.</summary>
internal sealed class RecipientsJob(RecipientsRequest request, Streams streams)
{
    private readonly KeyReader _keys = new(streams, request.PassphraseFile);

    private string OutputPath => request.Output ?? request.Secrets;

    private bool InPlace => OutputPath == request.Secrets;

    private bool ToStandardOutput => OutputPath == Streams.Standard;

    public int List()
    {
        var info = SecretsEnvelope.Inspect(_keys.Secrets(request.Secrets));
        using var known = _keys.Recipients(request.Recipients, request.RecipientFiles);
        Show(info, known, output: null);
        return ExitCodes.Done;
    }

    public int Add() => Change((file, trust, signer, known) =>
    {
        using var identities = _keys.Identities(request.Identities);
        var present = SecretsEnvelope.Inspect(file).Recipients;
        var added = new List<X509Certificate2>();
        foreach (var certificate in known.Certificates)
        {
            if (present.Any(recipient => recipient.Names(certificate)))
                streams.Error.WriteLine($"warning: {certificate.Subject} is a recipient already.");
            else
                added.Add(certificate);
        }

        if (added.Count == 0)
            throw new UsageException("All of these are recipients already.", "There is nothing to do.");
        return RecipientChange.Add(file, trust, signer, identities, added, request.Sealing);
    });

    public int Remove()
    {
        var code = Change((file, trust, signer, known) =>
        {
            var present = SecretsEnvelope.Inspect(file).Recipients;
            foreach (var certificate in known.Certificates)
                if (!present.Any(recipient => recipient.Names(certificate)))
                    streams.Error.WriteLine($"warning: {certificate.Subject} is no recipient.");
            foreach (var address in request.Addresses)
                if (!present.Any(recipient => recipient.Address == address))
                    streams.Error.WriteLine($"warning: there is no recipient {address}.");
            return RecipientChange.Remove(file, trust, signer, recipient =>
                request.Addresses.Contains(recipient.Address)
                    || known.Certificates.Any(recipient.Names), request.Sealing);
        });
        streams.Error.WriteLine(
            "Removing does not take back what was handed out: earlier copies still open for whoever was removed.");
        return code;
    }

    private int Change(Func<byte[], X509Certificate2, Identity, RecipientList, byte[]> change)
    {
        if (!ToStandardOutput) CheckOutput();
        using var standardOutput = ToStandardOutput ? streams.RequireOutput() : null;
        var file = _keys.Secrets(request.Secrets);
        using var known = _keys.Recipients(request.Recipients, request.RecipientFiles);
        using var signer = _keys.Identity(request.Signer);
        using var trust = request.Trust is { } path ? _keys.Certificate(path) : null;
        var changed = change(file, trust ?? signer.Certificate, signer, known);
        if (standardOutput is not null)
        {
            standardOutput.Write(changed);
            return ExitCodes.Done;
        }

        using (var files = new FileCommit())
        {
            files.Add(OutputPath, overwrite: request.Force || InPlace).Write(changed);
            files.Commit();
        }

        Show(SecretsEnvelope.Inspect(changed), known, OutputPath);
        return ExitCodes.Done;
    }

    private void CheckOutput()
    {
        string?[] keys =
        [
            request.Signer, request.PassphraseFile, request.Trust, .. request.Identities, .. request.Recipients,
            .. request.RecipientFiles,
        ];
        if (InPlace) FileCommit.RefuseShared([OutputPath], keys);
        else InputOutput.Check([OutputPath], [request.Secrets, .. keys], request.Force);
    }

    private void Show(EnvelopeInfo info, RecipientList known, string? output)
    {
        var recipients = info.Recipients
            .Select(recipient => new RecipientResult(
                recipient.Address, recipient.Kind, known.Certificates.FirstOrDefault(recipient.Names)?.Subject))
            .ToList();
        if (request.Json)
        {
            ResultJson.Write(streams, new RecipientsResult(output, recipients));
            return;
        }

        if (output is not null) streams.Output.WriteLine($"Wrote {output}, for these recipients:");
        foreach (var recipient in recipients)
            streams.Output.WriteLine(
                $"{recipient.Address}  {recipient.Kind}" + (recipient.Subject is { } subject ? $"  {subject}" : ""));
    }
}
