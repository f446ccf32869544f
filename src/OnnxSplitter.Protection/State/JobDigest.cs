using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Protection.Images;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Protection.State;

/// <summary>
/// Names a job by everything that its choice of weights depends on: this library's version, the model, the data, and
/// all settings but those that <see cref="SearchSettings"/> marks as without influence.
/// </summary>
/// <remarks>
/// The budget and the target are such: they decide when a search ends, not how it goes, and a search that ran out of
/// budget is to go on with a larger one.
/// </remarks>
internal static class JobDigest
{
    /// <summary>SHA-256, 32 bytes.</summary>
    /// <param name="model">The original: its data files are part of it.</param>
    /// <param name="options">The job.</param>
    /// <exception cref="ModelFormatException">A file can't be read.</exception>
    public static byte[] Of(ModelFile model, ProtectionOptions options) =>
        SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new
        {
            Version = typeof(JobDigest).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
                .InformationalVersion,
            Model = model.Parts.Select(name => new { Name = name, Digest = DigestOf(model.OpenPart(name)) }),
            Calibration = options.Data.Calibration is { } calibration ? ExampleReader.Digest(calibration) : null,
            Evaluation = options.Data.Evaluation is { } evaluation ? ExampleReader.Digest(evaluation) : null,
            CustomOps = options.Sessions.CustomOps.Select(library => DigestOf(File.OpenRead(library))),
            options.AimsAtWorth,
            options.Search,
            options.Data,
            Avoided = options.Avoided.Select(weight => new { weight.Path, weight.Index }),
        }));

    private static byte[] DigestOf(Stream stream)
    {
        using (stream) return SHA256.HashData(stream);
    }
}
