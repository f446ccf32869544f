using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using OnnxSplitter.Onnx;
using OnnxSplitter.Protection.Images;
using OnnxSplitter.Protection.Pipeline;

namespace OnnxSplitter.Protection.State;

/// <summary>
/// Names a job by everything that its choice of weights depends on: this library's version, the model, the data, and
/// all options but those that <see cref="ProtectionOptions"/> marks as without influence.
/// </summary>
/// <remarks>
/// The budget and the target are such: they decide when a search ends, not how it goes, and a search that ran out of
/// budget is to go on with a larger one.
/// </remarks>
internal static class JobDigest
{
    /// <summary>SHA-256, 32 bytes.</summary>
    /// <exception cref="ModelFormatException">A file can't be read.</exception>
    public static byte[] Of(ProtectionOptions options) => SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new
    {
        Version = typeof(JobDigest).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
        Model = ModelFile.Digest(options.Model),
        Calibration = options.CalibrationData is { } calibration ? ExampleReader.Digest(calibration) : null,
        Evaluation = options.EvaluationData is { } evaluation ? ExampleReader.Digest(evaluation) : null,
        Options = options,
    }));
}
