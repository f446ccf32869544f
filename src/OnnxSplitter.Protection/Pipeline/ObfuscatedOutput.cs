using System.Security.Cryptography;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Protection.Pipeline;

/// <summary>Both outputs of a job, written but not yet under their own names.</summary>
internal sealed class ObfuscatedOutput : IDisposable
{
    private readonly OutputFile _model;
    private readonly OutputFile _sealed;
    private readonly ModelSecrets _secrets;

    private ObfuscatedOutput(OutputFile model, OutputFile sealedSecrets, ModelSecrets secrets) =>
        (_model, _sealed, _secrets, SecretsLength) = (model, sealedSecrets, secrets, sealedSecrets.Stream.Length);

    /// <summary>Where the obfuscated model lies until <see cref="Commit"/>.</summary>
    public string ModelPath => _model.Stream.Name;

    /// <summary>Bytes of the sealed secrets.</summary>
    public long SecretsLength { get; }

    /// <summary>SHA-256 of the original, in hexadecimal.</summary>
    public string Sha256Original => Convert.ToHexStringLower(_secrets.Files[0].Sha256Original);

    /// <summary>SHA-256 of the obfuscated model, in hexadecimal.</summary>
    public string Sha256Obfuscated => Convert.ToHexStringLower(_secrets.Files[0].Sha256Obfuscated);

    /// <summary>Copies the model, patches it, and seals what was replaced.</summary>
    public static ObfuscatedOutput Write(ProtectionOptions options, ModelFile file, IReadOnlyList<WeightChange> changes)
    {
        var model = OutputFile.Create(options.Output, options.Force);
        OutputFile? sealedSecrets = null;
        ModelSecrets? secrets = null;
        try
        {
            var center = options.Compact?.CenterOf(changes);
            byte[] original = [], restored = [], obfuscated = [];
            model.Write(stream =>
            {
                using var input = ModelFile.OpenRead(file.FilePath);
                input.CopyTo(stream);
                original = restored = Digest(stream);
                if (center is { } value)
                {
                    WeightPatcher.Write(stream, changes.Select(
                        change => new WeightBits(change.Tensor, change.Index, change.Tensor.Type.Encode(value))));
                    restored = Digest(stream);
                }

                WeightPatcher.Write(stream,
                    changes.Select(change => new WeightBits(change.Tensor, change.Index, change.Obfuscated)));
                obfuscated = Digest(stream);
            });
            var name = Path.GetFileName(Path.GetFullPath(options.Output));
            secrets = ModelSecrets.From(StrategyName(options), DateTimeOffset.UtcNow,
                [new ProtectedFile(name, model.Stream.Length, obfuscated, restored, original)], changes, center);
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

    /// <summary>What the obfuscated file and the secrets restore to; checked by SHA-256.</summary>
    public byte[] Restore() => ModelRestorer.RestoreInMemory(ModelPath, _secrets);

    /// <summary>Gives both files their names, the secrets first: a model without its secrets is the worse half.</summary>
    public void Commit()
    {
        _sealed.Commit();
        _model.Commit();
    }

    public void Dispose()
    {
        _secrets.Dispose();
        _sealed.Dispose();
        _model.Dispose();
    }

    private static string StrategyName(ProtectionOptions options) =>
        $"{options.Strategy}/{options.Move}".ToLowerInvariant();

    private static byte[] Digest(FileStream stream)
    {
        stream.Position = 0;
        return SHA256.HashData(stream);
    }
}
