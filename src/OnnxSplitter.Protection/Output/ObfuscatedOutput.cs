using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keyed;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Protection.Output;

/// <summary>An obfuscated model and its sealed secrets, written but not yet under their own names.</summary>
internal sealed class ObfuscatedOutput : IDisposable
{
    private readonly FileCommit _files;
    private readonly StagedModel _model;

    private ObfuscatedOutput(FileCommit files, StagedModel model, StagedFile sealedSecrets, ModelSecrets secrets) =>
        (_files, _model, Secrets, SecretsPath, SecretsLength) =
            (files, model, secrets, sealedSecrets.Path, sealedSecrets.Length);

    /// <summary>The name that the obfuscated model gets.</summary>
    public string Path => _model.Path;

    /// <summary>The name that the sealed secrets get.</summary>
    public string SecretsPath { get; }

    /// <summary>Where the obfuscated model lies until it gets its name.</summary>
    public string StagedPath => _model.StagedPath;

    /// <summary>What restores it. This object's to dispose.</summary>
    public ModelSecrets Secrets { get; }

    /// <summary>Bytes of the sealed secrets.</summary>
    public long SecretsLength { get; }

    /// <summary>SHA-256 of the original's <c>.onnx</c> file, in hexadecimal.</summary>
    public string Sha256Original => Convert.ToHexStringLower(Secrets.Files[0].Sha256Original);

    /// <summary>SHA-256 of the obfuscated model's <c>.onnx</c> file, in hexadecimal.</summary>
    public string Sha256Obfuscated => Convert.ToHexStringLower(Secrets.Files[0].Sha256Obfuscated);

    /// <summary>SHA-256 of all files of the obfuscated model, in hexadecimal.</summary>
    public string Sha256OfAll =>
        string.Concat(Secrets.Files.Select(file => Convert.ToHexStringLower(file.Sha256Obfuscated)));

    /// <summary>Copies the model's files, patches them, and seals what was replaced.</summary>
    /// <param name="options">The job.</param>
    /// <param name="target">Where to.</param>
    /// <param name="file">The original.</param>
    /// <param name="changes">What becomes of its weights.</param>
    /// <param name="verify">
    /// Whether the copying pass also takes the digest of what the obfuscated files with the original bits are: for a
    /// job that does not restore the model.
    /// </param>
    /// <exception cref="RestoreCheckException">That is not the original.</exception>
    public static ObfuscatedOutput Write(
        ProtectionOptions options, OutputTarget target, ModelFile file, IReadOnlyList<WeightChange> changes,
        bool verify = false)
    {
        var center = options.Compact?.CenterOf(changes);
        return Write(options, target, file,
            (part, name) => part.Write(name, changes, center, verify),
            files => ModelSecrets.From(StrategyName(options.Search), DateTimeOffset.UtcNow, files, changes, center));
    }

    /// <summary>Copies the model's files, changes them by a key, and seals that.</summary>
    /// <param name="options">The job.</param>
    /// <param name="target">Where to.</param>
    /// <param name="file">The original.</param>
    /// <param name="keyed">The key and what it changes. Owned from here on.</param>
    /// <param name="told">Told how many bytes of the model are done; if it throws, nothing is written.</param>
    /// <exception cref="RestoreCheckException">The key does not give the original back.</exception>
    public static ObfuscatedOutput Write(
        ProtectionOptions options, OutputTarget target, ModelFile file, KeyedSecrets keyed, Action<long> told)
    {
        var done = 0L;
        try
        {
            return Write(options, target, file,
                (part, name) =>
                {
                    var written = part.Write(name, keyed, count => told(done + count));
                    done += written.Length;
                    return written;
                },
                files => ModelSecrets.From(StrategyName(options.Search), DateTimeOffset.UtcNow, files, keyed));
        }
        catch
        {
            keyed.Dispose();
            throw;
        }
    }

    private static ObfuscatedOutput Write(
        ProtectionOptions options, OutputTarget target, ModelFile file, Func<PartCopy, string, ProtectedFile> copy,
        Func<IReadOnlyList<ProtectedFile>, ModelSecrets> describe)
    {
        var commit = new FileCommit();
        ModelSecrets? secrets = null;
        try
        {
            var model = commit.AddModel(
                target.Model, file.DataFiles.Select(data => data.Name), options.Force, file.ModeOf);
            var files = new List<ProtectedFile>();
            foreach (var name in file.Parts)
                model.Write(name, stream =>
                {
                    using var part = new PartCopy(file, name, stream);
                    files.Add(copy(part, name.Length > 0 ? name : FileName(target.Model)));
                });
            secrets = describe(files);
            var envelope = SecretsEnvelope.Seal(secrets, options.Signer, target.Recipients, options.Sealing);
            var sealedSecrets = commit.Add(target.Secrets, options.Force);
            sealedSecrets.Write(envelope);
            return new ObfuscatedOutput(commit, model, sealedSecrets, secrets);
        }
        catch
        {
            secrets?.Dispose();
            commit.Dispose();
            throw;
        }
    }

    /// <summary>Hands the files over: they get their names with whatever else the commit has.</summary>
    public void AddTo(FileCommit commit) => commit.Include(_files);

    /// <inheritdoc/>
    public void Dispose()
    {
        Secrets.Dispose();
        _files.Dispose();
    }

    private static string FileName(string path) => System.IO.Path.GetFileName(System.IO.Path.GetFullPath(path));

    private static string StrategyName(SearchSettings search) => (search.Strategy == StrategyKind.Keyed
        ? $"{search.Strategy}/{search.Keyed.Rules.ToString().Replace(", ", "+", StringComparison.Ordinal)}"
        : $"{search.Strategy}/{search.Move}").ToLowerInvariant();
}
