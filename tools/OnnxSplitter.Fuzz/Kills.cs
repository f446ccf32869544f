using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets.Envelope;

namespace OnnxSplitter.Fuzz;

/// <summary>Kills commands at random moments: every file is then the old one or a new one, whole.</summary>
internal sealed class Kills(string folder, TextWriter output)
{
    private const string Model = "vit-fmnist.onnx";
    private const string Rotated = "rotated";

    // What a command writes: a rotation leaves what it reads alone.
    private string _pair = "model";

    private string Obfuscated => At($"{_pair}.onnx");

    private string Secrets => At($"{_pair}.p7m");

    /// <param name="command"><c>protect</c>, <c>rotate</c> or <c>recipients</c>.</param>
    /// <param name="count">How often.</param>
    /// <param name="seed">Decides the moments.</param>
    /// <returns>0 if no file was ever anything else.</returns>
    public int Run(string command, int count, int seed)
    {
        var original = VectorFiles.Model(Model);
        File.WriteAllText(At("device.crt"), VectorFiles.Key("alice").ExportCertificatePem());
        File.WriteAllText(At("other.crt"), VectorFiles.Key("bob").ExportCertificatePem());
        File.WriteAllText(At("vendor.crt"), VectorFiles.Key("vendor").ExportCertificatePem());
        string[] protect =
        [
            "protect", original, "-r", At("device.crt"), "--signer", VectorFiles.KeyPath("vendor"), "--strategy", "random",
            "--max-weights", "5", "--accept-best", "-o", Obfuscated, "-s", Secrets, "--force",
        ];
        string[][] commands = command switch
        {
            "protect" => [[.. protect, "--seed", "1"], [.. protect, "--seed", "2"]],
            "recipients" =>
            [
                ["recipients", "add", Secrets, "-r", At("other.crt"), .. Resealing()],
                ["recipients", "remove", Secrets, "-r", At("other.crt"), .. Resealing()],
            ],
            "rotate" => [[.. Rotating(), "--seed", "1"], [.. Rotating(), "--seed", "2"]],
            _ => throw new ArgumentException($"There is no way to kill {command}.", nameof(command)),
        };
        if (Programs.Run([.. protect, "--seed", "0"]) is not (0 or 1) || !Whole(original))
            throw new InvalidOperationException("The first run failed.");
        string[] again = [.. protect, "--seed", "0"];
        if (command == "rotate")
        {
            _pair = Rotated;
            again = [.. Rotating(), "--seed", "3"];
            if (Programs.Run(again) is not (0 or 1) || !Whole(original)) throw new InvalidOperationException("The first rotation failed.");
        }

        var start = Stopwatch.GetTimestamp();
        Programs.Run(commands[0]);
        var length = Stopwatch.GetElapsedTime(start);
        var random = new Random(seed);
        var (killed, mixed, remains) = (0, 0, 0);
        for (var i = 0; i < count; i++)
        {
            var before = (Digest(Obfuscated), Digest(Secrets));
            using (var process = Programs.Start(commands[i % commands.Length]))
            {
                // Most of the time goes by before anything is written; half of the moments are in the last fifth.
                var share = random.Next(2) == 0 ? random.NextDouble() : 0.8 + random.NextDouble() * 0.4;
                if (!process.WaitForExit(length * share))
                {
                    process.Kill();
                    killed++;
                }

                process.WaitForExit();
            }

            // Secrets are written into a file beside their target, models into a folder.
            var (files, folders) = (Directory.GetFiles(folder, "*.tmp"), Directory.GetDirectories(folder, "*.tmp"));
            remains += files.Length + folders.Length;
            Array.ForEach(files, File.Delete);
            Array.ForEach(folders, leftover => Directory.Delete(leftover, recursive: true));
            if (Whole(original)) continue;

            // Two files can't get their names at one moment: between the two renames, one is new and the other old.
            if (!File.Exists(Obfuscated) || !File.Exists(Secrets) || !Opens()
                || (Digest(Obfuscated) == before.Item1) == (Digest(Secrets) == before.Item2))
            {
                output.WriteLine($"Kill {i} left files that are neither old nor new.");
                return 1;
            }

            mixed++;
            Programs.Run(again);
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{command}: {count} runs of about {length.TotalSeconds:0.0} s, seed {seed}: {killed} killed, {count - killed} had ended; "
            + $"all files whole, {mixed} times one old and one new; {remains} temporary files and folders left"));
        return 0;
    }

    private string[] Rotating() =>
    [
        "rotate", At("model.onnx"), "-s", At("model.p7m"), "-i", VectorFiles.KeyPath("alice"), "-r", At("device.crt"), "--signer",
        VectorFiles.KeyPath("vendor"), "--strategy", "random", "--max-weights", "5", "--accept-best", "-o",
        At($"{Rotated}.onnx"), "--new-secrets", At($"{Rotated}.p7m"), "--force",
    ];

    private static string[] Resealing() =>
        ["--signer", VectorFiles.KeyPath("vendor"), "-i", VectorFiles.KeyPath("alice")];

    /// <summary>Whether the model and the secrets are a pair that gives the original.</summary>
    private bool Whole(string original)
    {
        using var vendor = VectorFiles.Key("vendor");
        using var device = VectorFiles.Key("alice");
        try
        {
            using var secrets = SecretsEnvelope.Open(File.ReadAllBytes(Secrets), vendor, device);
            return ModelRestorer.RestoreInMemory(Obfuscated, secrets).AsSpan().SequenceEqual(File.ReadAllBytes(original));
        }
        catch (Exception e) when (e is OnnxSplitterException or IOException)
        {
            return false;
        }
    }

    private bool Opens()
    {
        using var vendor = VectorFiles.Key("vendor");
        using var device = VectorFiles.Key("alice");
        try
        {
            SecretsEnvelope.Open(File.ReadAllBytes(Secrets), vendor, device).Dispose();
            using var model = InputFile.Open(Obfuscated);
            return model.Length == new FileInfo(VectorFiles.Model(Model)).Length;
        }
        catch (OnnxSplitterException)
        {
            return false;
        }
    }

    private static string Digest(string path) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));

    private string At(string name) => Path.Combine(folder, name);
}
