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
    /// <exception cref="ModelFormatException">A file can't be read.</exception>
    public static byte[] Of(string model, SearchSettings search, DataSettings data) => SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new
    {
        Version = typeof(JobDigest).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
        Model = ModelFile.Digest(model),
        Calibration = data.Calibration is { } calibration ? ExampleReader.Digest(calibration) : null,
        Evaluation = data.Evaluation is { } evaluation ? ExampleReader.Digest(evaluation) : null,
        Search = search,
        Data = data,
    }));
}
