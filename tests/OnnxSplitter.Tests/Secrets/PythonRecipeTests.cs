using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Tests.Runtime;

namespace OnnxSplitter.Tests.Secrets;

/// <summary>The recipe of docs/hosts.md for Python: a reader that shares no code with this project's.</summary>
public sealed class PythonRecipeTests
{
    private const string Python = "/usr/bin/python3";

    [Fact]
    public void The_recipe_restores_the_original()
    {
        using var sample = Prepare();
        Peer.Run(Python, [.. Arguments(sample, trust: "vendor.crt")]);
        Assert.Equal(File.ReadAllBytes(sample.Original), File.ReadAllBytes(sample.Restored));
    }

    [Theory]
    [InlineData("stranger.crt", false)]
    [InlineData("vendor.crt", true)]
    public void The_recipe_refuses_another_signer_and_another_model(string trust, bool altered)
    {
        using var sample = Prepare();
        if (altered) Cli.ShippedSample.Flip(sample.Obfuscated, 0.6);
        Assert.NotEqual(0, Peer.Code(Python, [.. Arguments(sample, trust)]));
        Assert.False(File.Exists(sample.Restored));
    }

    private static ProtectedSample Prepare()
    {
        Peer.Require("openssl", "version");
        Peer.Require(Python, "-c", "import onnx");
        var sample = new ProtectedSample();
        KeyFiles.WritePem(TestKeys.Signer, sample.Folder["vendor.pem"], sample.Folder["vendor.crt"], overwrite: false);
        KeyFiles.WritePem(TestKeys.OtherSigner, sample.Folder["stranger.pem"], sample.Folder["stranger.crt"],
            overwrite: false);
        KeyFiles.WritePem(TestKeys.Alice, sample.Folder["device.pem"], sample.Folder["device.crt"], overwrite: false);
        File.WriteAllBytes(sample.Folder["sealed.p7m"],
            SecretsEnvelope.Seal(sample.Secrets, TestKeys.Signer, [TestKeys.Alice]));
        return sample;
    }

    private static string[] Arguments(ProtectedSample sample, string trust)
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "hosts.md"));
        var recipe = page.Split("```python\n")[1].Split("```")[0];

        // What restoring gives is written instead of opened: onnxruntime is no package of the system's.
        var lines = recipe.TrimEnd().Split('\n');
        Assert.Contains("onnxruntime", lines[^1], StringComparison.Ordinal);
        var script = string.Join('\n', lines[..^1].Append("open(sys.argv[5], 'wb').write(model)"));
        return
        [
            "-c", script, sample.Obfuscated, sample.Folder["sealed.p7m"], sample.Folder[trust],
            sample.Folder["device.pem"], sample.Restored,
        ];
    }
}
