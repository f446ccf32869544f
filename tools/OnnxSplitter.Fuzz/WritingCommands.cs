using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Onnx;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets.Envelope;

namespace OnnxSplitter.Fuzz;

/// <summary>Every command that writes files, with inputs in a folder.</summary>
internal sealed class WritingCommands
{
    private const string DataName = "weights.bin";
    private const int LeastMoved = 64;

    private static readonly string Original = VectorFiles.Model("vit-fmnist.onnx");

    private readonly string _folder;

    /// <param name="folder">Gets the inputs, and the outputs in folders below.</param>
    public WritingCommands(string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(At("out"));
        Directory.CreateDirectory(At("secrets"));
        Directory.CreateDirectory(At("in"));
        foreach (var (name, key) in new[] { ("device", "alice"), ("other", "bob") })
        {
            using var certificate = VectorFiles.Key(key);
            File.WriteAllText(At($"{name}.crt"), certificate.ExportCertificatePem());
        }

        WriteDataModel(At("in/model.onnx"));
    }

    /// <summary>Names of all.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["protect", "protect-data", "protect-variants", "rotate", "recipients", "restore", "restore-data", "keygen"];

    /// <summary>One of them.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public WritingCommand Of(string name) => name switch
    {
        "protect" => new(name, Unmeasured(Original, At("out/m.onnx"), At("secrets/m.p7m")),
            [At("out/m.onnx"), At("secrets/m.p7m")], () => Gives(At("out/m.onnx"), At("secrets/m.p7m"))),
        "protect-data" => new(name, Unmeasured(At("in/model.onnx"), At("out/m.onnx"), At("secrets/m.p7m")),
            [At("out/m.onnx"), At($"out/{DataName}"), At("secrets/m.p7m")],
            () => Gives(At("out/m.onnx"), At("secrets/m.p7m"))),
        "protect-variants" => Variants(name),
        "rotate" => Rotate(name),
        "recipients" => new(name,
            [
                "recipients", "add", Protected(Original).Secrets, "-r", At("other.crt"), "--signer",
                VectorFiles.KeyPath("vendor"), "-i", VectorFiles.KeyPath("alice"), "-o", At("secrets/m.p7m"), "--force",
            ],
            [At("secrets/m.p7m")], () => Opens(At("secrets/m.p7m"))),
        "restore" => Restore(name, Original, At("out/m.onnx")),
        "restore-data" => Restore(name, At("in/model.onnx"), At("out/m.onnx"), At($"out/{DataName}")),
        "keygen" => new(name, ["keygen", At("out/k"), "--key", "p256", "--force"], [At("out/k.pem"), At("out/k.crt")],
            IsKey),
        _ => throw new ArgumentException($"There is no way to kill {name}.", nameof(name)),
    };

    private WritingCommand Variants(string name)
    {
        string[] names = ["alice", "bob"];
        string[] models = [.. names.Select(recipient => At($"out/m.{recipient}.onnx"))];
        string[] secrets = [.. names.Select(recipient => At($"secrets/m.{recipient}.p7m"))];
        return new(name,
            [
                .. Job("protect", Original, At("out/m.onnx"), "-s", At("secrets/m.p7m")), "-r", At("other.crt"),
                "--variant-per-recipient", "--accept-best", "--report", At("out/m.json"),
            ],
            [.. models, .. secrets, At("out/m.json")],
            () => models.Zip(secrets).All(pair => Gives(pair.First, pair.Second))
                && File.ReadAllText(At("out/m.json")).TrimEnd().EndsWith('}'));
    }

    private WritingCommand Rotate(string name)
    {
        var (model, secrets) = Protected(Original);
        return new(name,
            [
                .. Job("rotate", model, At("out/m.onnx"), "--new-secrets", At("secrets/m.p7m")), "--accept-best",
                "-s", secrets, "-i", VectorFiles.KeyPath("alice"),
            ],
            [At("out/m.onnx"), At("secrets/m.p7m")], () => Gives(At("out/m.onnx"), At("secrets/m.p7m")));
    }

    private WritingCommand Restore(string name, string original, params string[] targets)
    {
        var (model, secrets) = Protected(original);
        return new(name,
            [
                "restore", model, "-s", secrets, "-i", VectorFiles.KeyPath("alice"), "--trust",
                VectorFiles.KeyPath("vendor"),
                "-o", targets[0], "--force",
            ],
            targets,
            () => Same(original, targets[0])
                && targets.Skip(1).All(target => Same(At($"in/{Path.GetFileName(target)}"), target)));
    }

    /// <summary>A pair that stays as it is while others are written.</summary>
    private (string Model, string Secrets) Protected(string original)
    {
        Directory.CreateDirectory(At("shipped"));
        var pair = (Model: At("shipped/model.onnx"), Secrets: At("shipped/model.p7m"));
        if (Programs.Run(Unmeasured(original, pair.Model, pair.Secrets)) != 0)
            throw new InvalidOperationException("The first run failed.");
        return pair;
    }

    private string[] Unmeasured(string model, string output, string secrets) =>
        [.. Job("protect", model, output, "-s", secrets), "--no-evaluation"];

    private string[] Job(string command, string model, string output, string secretsOption, string secrets) =>
    [
        command, model, "-r", At("device.crt"), "--signer", VectorFiles.KeyPath("vendor"), "--strategy", "random",
        "--max-weights", "5", "-o", output, secretsOption, secrets, "--force",
    ];

    private static bool Gives(string model, string secrets)
    {
        using var vendor = VectorFiles.Key("vendor");
        foreach (var key in new[] { "alice", "bob" })
        {
            using var identity = VectorFiles.Key(key);
            try
            {
                using var opened = SecretsEnvelope.Open(File.ReadAllBytes(secrets), vendor, identity);
                ModelRestorer.Verify(model, opened);
                return true;
            }
            catch (Exception e) when (e is OnnxSplitterException or IOException)
            {
                // The other one may be the recipient.
            }
        }

        return false;
    }

    private static bool Opens(string secrets)
    {
        using var vendor = VectorFiles.Key("vendor");
        using var identity = VectorFiles.Key("bob");
        try
        {
            SecretsEnvelope.Open(File.ReadAllBytes(secrets), vendor, identity).Dispose();
            return true;
        }
        catch (OnnxSplitterException)
        {
            return false;
        }
    }

    private bool IsKey()
    {
        using var pair = X509Certificate2.CreateFromPemFile(At("out/k.pem"));
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(At("out/k.crt"));
        return pair.HasPrivateKey && pair.Thumbprint == certificate.Thumbprint;
    }

    private static bool Same(string one, string other) =>
        File.ReadAllBytes(one).AsSpan().SequenceEqual(File.ReadAllBytes(other));

    private static void WriteDataModel(string path)
    {
        using var file = ModelFile.Open(Original);
        var model = file.ParseWhole();
        using var data = File.Create(Path.Combine(Path.GetDirectoryName(path)!, DataName));
        foreach (var tensor in model.Graph.Initializer.Where(tensor => tensor.RawData.Length >= LeastMoved))
        {
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = DataName });
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = $"{data.Position}" });
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = $"{tensor.RawData.Length}" });
            data.Write(tensor.RawData.Span);
            tensor.RawData = ByteString.Empty;
            tensor.DataLocation = TensorProto.Types.DataLocation.External;
        }

        File.WriteAllBytes(path, model.ToByteArray());
    }

    private string At(string name) => Path.Combine(_folder, name);
}
