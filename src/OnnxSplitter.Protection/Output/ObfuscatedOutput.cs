using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Protection.Output;

/// <summary>The outputs of a job, written but not yet under their own names.</summary>
internal sealed class ObfuscatedOutput : IDisposable
{
    private readonly ModelOutput _model;
    private readonly OutputFile _sealed;

    private ObfuscatedOutput(ModelOutput model, OutputFile sealedSecrets, ModelSecrets secrets) =>
        (_model, _sealed, Secrets, SecretsLength) = (model, sealedSecrets, secrets, sealedSecrets.Length);

    /// <summary>Where the obfuscated model lies until <see cref="Commit"/>.</summary>
    public string ModelPath => _model.StagedPath;

    /// <summary>What restores it. This object's to dispose.</summary>
    public ModelSecrets Secrets { get; }

    /// <summary>Bytes of the sealed secrets.</summary>
    public long SecretsLength { get; }

    /// <summary>SHA-256 of the original's <c>.onnx</c> file, in hexadecimal.</summary>
    public string Sha256Original => Convert.ToHexStringLower(Secrets.Files[0].Sha256Original);

    /// <summary>SHA-256 of the obfuscated model's <c>.onnx</c> file, in hexadecimal.</summary>
    public string Sha256Obfuscated => Convert.ToHexStringLower(Secrets.Files[0].Sha256Obfuscated);

    /// <summary>SHA-256 of all files of the obfuscated model, in hexadecimal.</summary>
    public string Sha256OfAll => string.Concat(Secrets.Files.Select(file => Convert.ToHexStringLower(file.Sha256Obfuscated)));

    /// <summary>Copies the model's files, patches them, and seals what was replaced.</summary>
    public static ObfuscatedOutput Write(ProtectionOptions options, ModelFile file, IReadOnlyList<WeightChange> changes)
    {
        var model = ModelOutput.Create(options.Output, file.DataFiles.Select(data => data.Name), options.Force);
        OutputFile? sealedSecrets = null;
        ModelSecrets? secrets = null;
        try
        {
            var center = options.Compact?.CenterOf(changes);
            var files = new List<ProtectedFile>();
            foreach (var name in file.Parts)
                model.Write(name, stream => files.Add(WriteFile(options, file, name, stream, changes, center)));
            secrets = ModelSecrets.From(StrategyName(options), DateTimeOffset.UtcNow, files, changes, center);
            var envelope = SecretsEnvelope.Seal(secrets, options.Signer, options.Recipients, options.Sealing);
            sealedSecrets = OutputFile.Create(options.Secrets, options.Force);
            sealedSecrets.Write(stream => stream.Write(envelope));
            return new ObfuscatedOutput(model, sealedSecrets, secrets);
        }
        catch
        {
            secrets?.Dispose();
            sealedSecrets?.Dispose();
            model.Dispose();
            throw;
        }
    }

    /// <summary>Gives the files their names, the secrets first: a model without its secrets is the worse half.</summary>
    public void Commit()
    {
        _sealed.Commit();
        _model.Commit();
    }

    public void Dispose()
    {
        Secrets.Dispose();
        _sealed.Dispose();
        _model.Dispose();
    }

    private static ProtectedFile WriteFile(ProtectionOptions options, ModelFile file, string name, FileStream output,
        IReadOnlyList<WeightChange> changes, float? center)
    {
        using var input = file.OpenPart(name);
        WeightChange[] own = [.. changes.Where(change => change.Tensor.Storage.File == name)];
        var obfuscated = WeightPatcher.Locate(input, own.Select(change => new WeightBits(change.Tensor, change.Index, change.Obfuscated)));
        var shownName = name.Length > 0 ? name : Path.GetFileName(Path.GetFullPath(options.Output));
        if (center is not { } value)
        {
            var digests = PatchedCopy.Run(input, output, [], obfuscated);
            return new ProtectedFile(shownName, output.Length, digests[1], digests[0]);
        }

        var restored = WeightPatcher.Locate(input,
            own.Select(change => new WeightBits(change.Tensor, change.Index, change.Tensor.Type.Encode(value))));
        var all = PatchedCopy.Run(input, output, [], restored, obfuscated);
        return new ProtectedFile(shownName, output.Length, all[2], all[1], all[0]);
    }

    private static string StrategyName(ProtectionOptions options) =>
        $"{options.Search.Strategy}/{options.Search.Move}".ToLowerInvariant();
}
