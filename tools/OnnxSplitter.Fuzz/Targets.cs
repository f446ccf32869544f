using System.IO.Compression;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Data;
using OnnxSplitter.Secrets;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Fuzz;

/// <summary>The readers of what comes from outside, and what each may answer.</summary>
internal static class Targets
{
    private const string Refused = "refused";
    private const string Accepted = "accepted";
    private const int TwiceTheInput = 2;

    /// <summary>What there is.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["envelope", "payload", "npz", "secrets", "model", "secured", "corrections"];

    public static Target Of(string name) => name switch
    {
        "envelope" => Envelope(),
        "payload" => Payload(),
        "npz" => Archive(),
        "secrets" => Sealed(),
        "model" => ModelTarget.Target,
        "secured" => SecuredTarget.Target(),
        "corrections" => SecuredTarget.Corrections(),
        _ => throw new ArgumentException($"There is no reader {name}.", nameof(name)),
    };

    /// <summary>The form of a secrets file: it is described, or refused as not trusted.</summary>
    private static Target Envelope() => new(VectorFiles.Secrets(), input =>
    {
        try
        {
            SecretsEnvelope.Inspect(input);
            return Accepted;
        }
        catch (SecretsException e) when (e.Failure == SecretsFailure.NotTrusted)
        {
            return Refused;
        }
    }, TwiceTheInput);

    /// <summary>The payload: what is accepted is what encoding gives.</summary>
    private static Target Payload() => new(Payloads("one-recipient", "compact"), input =>
    {
        try
        {
            using var secrets = ModelSecretsCodec.Decode(input);
            Require(ModelSecretsCodec.Encode(secrets).AsSpan().SequenceEqual(input),
                "It is accepted, but encoded otherwise.");
            return Accepted;
        }
        catch (SecretsException e) when (e.Failure == SecretsFailure.NotOpened)
        {
            return Refused;
        }
    }, TwiceTheInput);

    /// <summary>Data: arrays whose bytes fit their shapes, or refused as data.</summary>
    private static Target Archive() => new(Archives(), input =>
    {
        try
        {
            using var stream = new MemoryStream(input, writable: false);
            foreach (var array in NumpyArchive.Read(stream, "fuzz.npz").Values)
                Require(
                    array.Data.Length == 0 || array.Data.Length % array.Dims.Aggregate(1L, (p, d) => p * d) == 0,
                    "Its bytes do not fit its shape.");
            return Accepted;
        }
        catch (DataFormatException)
        {
            return Refused;
        }
    }, AllocationFactor: null);

    /// <summary>Secrets files: one that opens gives a record that was sealed, never another.</summary>
    private static Target Sealed()
    {
        var signer = X509CertificateLoader.LoadCertificate(VectorFiles.Key("vendor").RawData);
        Identity[] identities =
            [.. new[] { "alice", "bob", "dave" }.Select(name => Identity.Of(VectorFiles.Key(name)))];
        var corpus = VectorFiles.Secrets("success", "digest");
        var records = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in corpus)
            if (Open(file) is { } record) records.Add(record);
        Require(records.Count > 2, "The vectors do not open.");
        return new Target(corpus, input =>
        {
            if (Open(input) is not { } record) return Refused;
            Require(records.Contains(record), "It opens to a record that nobody sealed.");
            return Accepted;
        }, TwiceTheInput);

        string? Open(byte[] file)
        {
            try
            {
                using var secrets =
                    SecretsEnvelope.Open(file, signer, identities, new OpenOptions { Audience = "fleet-a" });
                return Convert.ToHexString(SHA256.HashData(ModelSecretsCodec.Encode(secrets)));
            }
            catch (Exception e) when (e is SecretsException or TermsException)
            {
                return null;
            }
        }
    }

    private static IReadOnlyList<byte[]> Payloads(params string[] names)
    {
        using var signer = X509CertificateLoader.LoadCertificate(VectorFiles.Key("vendor").RawData);
        using var identity = VectorFiles.Key("alice");
        return [.. names.Select(name =>
        {
            using var secrets = SecretsEnvelope.Open(VectorFiles.SecretsFile("success", name), signer, identity);
            return ModelSecretsCodec.Encode(secrets);
        })];
    }

    private static byte[][] Archives()
    {
        return [Zip(CompressionLevel.NoCompression), Zip(CompressionLevel.Fastest)];

        byte[] Zip(CompressionLevel level)
        {
            using var stream = new MemoryStream();
            using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
            {
                Add(zip, "x.npy", "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n", 24);
                Add(zip, "label.npy", "{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }\n", 16);
            }

            return stream.ToArray();

            void Add(ZipArchive zip, string name, string header, int bytes)
            {
                using var entry = zip.CreateEntry(name, level).Open();
                entry.Write(NumPy(1, header, bytes));
            }
        }
    }

    private static byte[] NumPy(byte version, string header, int bytes) =>
    [
        0x93, .. "NUMPY"u8, version, 0, (byte)header.Length, 0, .. System.Text.Encoding.ASCII.GetBytes(header),
        .. new byte[bytes],
    ];

    private static void Require(bool condition, string otherwise)
    {
        if (!condition) throw new InvalidOperationException(otherwise);
    }
}
