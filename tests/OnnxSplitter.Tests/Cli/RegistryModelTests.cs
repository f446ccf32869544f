using OnnxSplitter.Benchmarks;

namespace OnnxSplitter.Tests.Cli;

/// <summary>
/// Models that others exported, published as npm packages: protected with no data given, restored and checked. The
/// table of all of them is the benchmark program's.
/// </summary>
public sealed class RegistryModelTests : IDisposable
{
    private readonly ShippedSample _sample = new();

    /// <summary>
    /// Package and file: an If that depends on the data, a bound that is computed, a classifier that is never sure. And
    /// what else is asked for: of one output whose answers are all alike, too much is left by the default; and less
    /// than the default asks for is enough here.
    /// </summary>
    public static TheoryData<int, string, string[]> Models { get; } = new()
    {
        { 0, "ch_ppocr_mobile_v2.0_cls_infer.onnx", ["--measure", "accuracy"] },
        { 1, "alexa_v0.1.onnx", [] },
        { 1, "hey_jarvis_v0.1.onnx", ["--measure", "error"] },
        { 1, "hey_mycroft_v0.1.onnx", [] },
        { 1, "embedding_model.onnx", ["--target-worth", "0.25"] },
        { 2, "silero_vad_v5.onnx", ["--target-worth", "0.25"] },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void Published_models_are_protected_without_data_and_come_back(
        int package, string file, string[] more)
    {
        var model = Model(RegistryModels.Packages[package], file);
        var (shipped, secrets, back) =
            (_sample.Folder["new.onnx"], _sample.Folder["new.p7m"], _sample.Folder["back.onnx"]);

        Transcript.Of(
        [
            "protect", model, "-r", _sample.Folder["device.crt"], "--signer", _sample.Folder["vendor.pem"], "-o",
            shipped,
            "-s", secrets, .. more,
        ]).Done();

        Assert.NotEqual(File.ReadAllBytes(model), File.ReadAllBytes(shipped));
        string[] keys = ["-s", secrets, "-i", _sample.Folder["device.pem"], "--trust", _sample.Folder["vendor.crt"]];
        Transcript.Of(["restore", shipped, .. keys, "-o", back]).Done();
        Assert.Equal(File.ReadAllBytes(model), File.ReadAllBytes(back));
        Transcript.OfChecker([shipped, .. keys, "--original", model]).Done();
    }

    public void Dispose() => _sample.Dispose();

    private static string Model(string package, string file)
    {
        try
        {
            return RegistryModels.Fetch(package)[file];
        }
        catch (InvalidOperationException e)
        {
            Assert.Skip(e.Message);
            throw;
        }
    }
}
