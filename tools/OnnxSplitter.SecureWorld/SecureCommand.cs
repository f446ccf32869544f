using System.CommandLine;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Hosting;
using OnnxSplitter.Hosting.CommandLine;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Runtime;
using OnnxSplitter.Runtime.Secured;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Payload;
using OnnxSplitter.SecureWorld.Hardening;
using OnnxSplitter.SecureWorld.Serving;

namespace OnnxSplitter.SecureWorld;

/// <summary><c>onnxsplit-secure</c>.</summary>
internal static class SecureCommand
{
    private static readonly CommandDefinition<SecureRequest> Definition = new(
        "onnxsplit-secure", new SecureRequest(),
        new RowTable<SecureRequest>()
            .Value("OBFUSCATED.onnx", null, Kinds.Text, x => x.Obfuscated, (x, value) => x with { Obfuscated = value },
                "The obfuscated model, as shipped.")
            .Secrets(x => x.Secrets, (x, value) => x with { Secrets = value })
            .Identities(x => x.Identities, (x, value) => x with { Identities = value })
            .PassphraseFile(x => x.PassphraseFile, (x, value) => x with { PassphraseFile = value })
            .Trust(x => x.Trust, (x, value) => x with { Trust = value })
            .SignerName(x => x.SignerName, (x, value) => x with { SignerName = value })
            .Audience(x => x.Audience, (x, value) => x with { Audience = value })
            .Value("--socket", "PATH", Kinds.Text, x => x.Socket, (x, value) => x with { Socket = value },
                "Where hosts connect: a Unix domain socket, which is made, or taken over if nobody listens there.",
                required: true)
            .Value("--mode", null, Kinds.Among(("whole", SecuredMode.Whole), ("tail", SecuredMode.Tail),
                ("corrections", SecuredMode.Corrections)),
                x => x.Mode, (x, value) => x with { Mode = value },
                "What runs here: the whole model, or its tail, from the first layer on that was changed; hosts run "
                + "what comes before, and see what goes into that layer; or corrections, what changed weights add to "
                + "their layers alone: hosts run the obfuscated model, and a few queries tell them the weights.")
            .Many("--allow-user", "UID", Kinds.Whole(0), x => x.Users, (x, value) => x with { Users = value },
                "Number of a user whose hosts may connect, beside the user that this runs as. The system says who a "
                + "host is. Can be given several times.")
            .Value("--clients", "N", Kinds.Whole(1, 1024), x => x.Clients, (x, value) => x with { Clients = value },
                "Connections at a time, of which each user who may connect has an even share; a host has one for each "
                + "of its threads.")
            .Value("--arena", "MB", Kinds.Whole(1, 2047), x => x.Arena, (x, value) => x with { Arena = value },
                "Most memory that each connection may share, for inputs or for outputs.")
            .Value("--memory", "MB", Kinds.Whole(1, 4095), x => x.Memory, (x, value) => x with { Memory = value },
                "Most memory that all runs together may take, beside the model and what is shared. A run that would "
                + "take more fails.")
            .Value("--run-seconds", "N", Kinds.Whole(1), x => x.RunSeconds, (x, value) => x with { RunSeconds = value },
                "A run that takes longer is ended.")
            .Flag("--unlocked", x => x.Unlocked, (x, value) => x with { Unlocked = value },
                "Go on where the system does not lock this process's memory, so that restored weights may come to be "
                + "in its swap."),
        "Runs a protected model for hosts that must not see its weights. It alone opens the secrets and holds the "
        + "restored model; hosts send inputs and get outputs, by memory that both share. It runs until it gets SIGTERM "
        + "or Ctrl-C. docs/secured.md has what that hides, from whom, and what it costs.")
    {
        Examples =
        [
            "onnxsplit-secure model.obfuscated.onnx -s model.secrets.p7m -i device.pem --trust vendor.crt --socket "
            + "model.sock --allow-user 1000",
        ],
    };

    public static Command Create(Streams streams) =>
        Definition.Create((request, cancellation) => Run(request, streams, cancellation)).AsProgram(streams);

    private static int Run(SecureRequest request, Streams streams, CancellationToken cancellation)
    {
        // Before anything secret is in memory.
        ProcessHardening.Apply(request.Unlocked);
        UnusedMemory.Map();
        RuntimeLog.Quiet();
        using var model = Open(request, new KeyReader(streams, request.PassphraseFile));
        UnusedMemory.GiveBack();
        var limits = new ServingLimits(request.Clients, request.Arena * (1L << 20),
            TimeSpan.FromSeconds(request.RunSeconds), [.. request.Users.Select(user => (uint)user)]);
        using var listener = Listener.Bind(request.Socket, model, limits, streams.Error);
        SystemCallFilter.Apply();
        streams.Output.WriteLine($"serving {request.Obfuscated} at {request.Socket}");
        streams.Output.Flush();
        listener.Run(cancellation);
        return ExitCodes.Done;
    }

    private static ServedModel Open(SecureRequest request, KeyReader keys)
    {
        using var signer = keys.Certificate(request.Trust);
        using var identities = keys.Identities(request.Identities);
        using var secrets = SecretsEnvelope.Open(keys.Secrets(request.Secrets),
            TrustedSigner.Of(signer, request.SignerName), identities, new OpenOptions { Audience = request.Audience });
        var sha256 = secrets.Files[0].Sha256Obfuscated.ToArray();
        var path = request.Obfuscated;

        // Restoring an original gives it back; but one that lies here is not what hosts were shipped.
        FileSource shipped = path;
        if (!shipped.ReadShipped().Sha256.AsSpan().SequenceEqual(sha256))
            throw ModelMismatchException.OtherDigest(path);
        using var options = ServingOptions.Create(request.Memory, takesTurns: request.Mode != SecuredMode.Whole);
        var protection = new ProtectedModelOptions { Session = options };
        try
        {
            return request.Mode switch
            {
                SecuredMode.Tail => Tail(path, secrets, protection, sha256),
                SecuredMode.Corrections => Corrections(path, secrets, options, sha256),
                _ => ServedModel.Of(ProtectedModel.Open(path, secrets, protection), sha256),
            };
        }
        catch (OnnxRuntimeException e)
        {
            throw new UsageException($"ONNX Runtime can't load {path}: {e.Message}",
                request.Mode != SecuredMode.Whole ? ModelTail.Remedy
                    : "Check that the model runs in ONNX Runtime on this machine.");
        }
    }

    private static ServedModel Tail(
        string path, ModelSecrets secrets, ProtectedModelOptions protection, byte[] sha256)
    {
        using var tail = ModelTail.Of(path, secrets);
        var session = ProtectedModel.Open(path, secrets, protection, tail.Take);
        try
        {
            using var whole = ProtectedModel.Open(path, secrets);
            OutputComparison.Tail(whole, tail.Prefix, session);
        }
        catch
        {
            session.Dispose();
            throw;
        }

        return ServedModel.Of(session, sha256, SecuredMode.Tail);
    }

    private static ServedModel Corrections(
        string path, ModelSecrets secrets, SessionOptions options, byte[] sha256)
    {
        var corrections = ModelCorrections.Of(path, secrets, options);
        try
        {
            using var file = ModelFile.Open(path);
            using var host = new HostSegments(file, File.ReadAllBytes(path), corrections.Layers, options: null);
            using var whole = ProtectedModel.Open(path, secrets);
            OutputComparison.Corrections(whole, host, corrections);
        }
        catch
        {
            corrections.Dispose();
            throw;
        }

        return ServedModel.Of(corrections.Sessions, corrections.Layers, sha256);
    }
}
