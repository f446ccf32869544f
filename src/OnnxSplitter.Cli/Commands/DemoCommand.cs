using System.CommandLine;
using OnnxSplitter.Cli.Requests;
using OnnxSplitter.Cli.Terminal;
using OnnxSplitter.Hosting;
using OnnxSplitter.Hosting.CommandLine;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Cli.Commands;

/// <summary><c>onnxsplit demo</c>: the main job from keys to a checked restored model, on the sample model.</summary>
internal static class DemoCommand
{
    private const string SampleModel = "resnet20-fmnist.onnx";

    private static readonly CommandDefinition<DemoRequest> Definition = new(
        "demo", new DemoRequest(),
        new RowTable<DemoRequest>()
            .Value("--directory", "DIR", Kinds.OptionalText,
                x => x.Directory, (x, value) => x with { Directory = value },
                "An empty or new folder for everything that is written.", "a new temporary folder"),
        "Makes keys, protects the sample model under models/, restores it, and checks that the original came back.");

    public static Command Create(Streams streams) =>
        Definition.Create((request, cancellation) => Run(request.Directory, streams, cancellation));

    private static int Run(string? directory, Streams streams, CancellationToken cancellation)
    {
        var models = FindModels();
        var model = Path.Combine(models, SampleModel);
        var folder = Prepare(directory);
        string In(string name) => Path.Combine(folder, name);
        var output = streams.Output;

        output.WriteLine("Making two keys: the vendor's, to sign; the device's, to open.");
        KeygenCommand.Write(In("vendor"), KeyKind.Rsa, force: false);
        KeygenCommand.Write(In("device"), KeyKind.Rsa, force: false);

        output.WriteLine($"Protecting {model}");
        var request = new ProtectRequest
        {
            Model = model,
            Recipients = [In("device.crt")],
            Signer = In("vendor.pem"),
            Output = In("resnet20-fmnist.obfuscated.onnx"),
            Secrets = In("resnet20-fmnist.secrets.p7m"),
            Reports = [In("resnet20-fmnist.report.html")],
            Data = new DataSettings
            {
                Calibration = Path.Combine(models, "fashion-mnist-calibration.npz"),
                Evaluation = Path.Combine(models, "fashion-mnist-evaluation.npz"),
            },
        };
        var code = ProtectJob.Run(request, streams, cancellation);
        cancellation.ThrowIfCancellationRequested();

        var restored = RestoreCommand.Restore(new RestoreRequest
        {
            Model = request.Output,
            Secrets = request.Secrets,
            Identities = [In("device.pem")],
            Trust = In("vendor.crt"),
            Output = In("resnet20-fmnist.restored.onnx"),
        }, streams);
        output.WriteLine($"Wrote {restored.Output}: the restored model, in {Format.Seconds(restored.Seconds)}.");
        CheckRestored(model, restored.Output);
        output.WriteLine($"Checked: the restored model is the original, SHA-256 {restored.Sha256}.");
        output.WriteLine($"Keys are in {folder} too: vendor.pem and device.pem, and their .crt certificates.");
        return code;
    }

    private static void CheckRestored(string original, string restored)
    {
        if (!ModelFile.Digest(original).AsSpan().SequenceEqual(ModelFile.Digest(restored)))
            throw new AnswerException($"{restored} is not the original.", "Please report this.");
    }

    private static string Prepare(string? directory)
    {
        if (directory is null) return Directory.CreateTempSubdirectory("onnxsplit-demo-").FullName;
        try
        {
            if (File.Exists(directory) || Directory.Exists(directory)
                && Directory.EnumerateFileSystemEntries(directory).Any())
                throw new OutputExistsException(
                    $"{directory} exists and is not an empty folder.", "Name a new folder.");
            return Directory.CreateDirectory(directory).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputFailedException($"{directory} can't be made: {e.Message}", "Name another folder.", e);
        }
    }

    // From the working folder upwards, then from the program upwards, so that it runs from anywhere in a clone.
    private static string FindModels()
    {
        foreach (var start in new[] { Directory.GetCurrentDirectory(), AppContext.BaseDirectory })
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
                if (File.Exists(Path.Combine(folder.FullName, "models", SampleModel)))
                    return Path.GetRelativePath(
                        Directory.GetCurrentDirectory(), Path.Combine(folder.FullName, "models"));
        throw new UsageException(
            $"The sample model models/{SampleModel} was not found.", "Run the demo inside a clone of the repository.");
    }
}
