using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using OnnxSplitter.Benchmarks.Hosts;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Tests.Runtime;
using OnnxSplitter.Tests.Secrets;

namespace OnnxSplitter.Tests.Samples;

public sealed class ImageHostTests : IDisposable
{
    // The model always gives the class whose bias is larger.
    private readonly ProtectedSample _sample = new(harm: 3);

    [Fact]
    public async Task A_browser_shows_the_restored_models_answer_beside_the_shipped_ones()
    {
        await using var browser = await Browser.Start();
        using var host = await StartAsync();
        var page = await browser.Open(host.Address.AbsoluteUri, 1000, ColorScheme.Light);

        await page.GetByAltText("sample 2").ClickAsync();

        await Assertions.Expect(page.Locator("#restored")).ToHaveTextAsync("trousers");
        await Assertions.Expect(page.Locator("#obfuscated")).ToHaveTextAsync("T-shirt");

        await page.Locator("#file").SetInputFilesAsync(Picture(9));

        await Assertions.Expect(page.Locator("#restored")).ToHaveTextAsync("ankle boot");
        Assert.Empty(browser.Complaints);
        Assert.Equal(1000, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));

        await page.Locator("#file").SetInputFilesAsync(Repository.Model("README.md"));

        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Send a PNG");
    }

    [Fact]
    public async Task Health_metrics_and_refusals_are_answered()
    {
        using var host = await StartAsync();
        using var client = new HttpClient { BaseAddress = host.Address };
        var cancellation = TestContext.Current.CancellationToken;

        Assert.Equal("Healthy", await client.GetStringAsync("/health", cancellation));
        Assert.Contains("onnxsplitter_model_opens", await client.GetStringAsync("/metrics", cancellation),
            StringComparison.Ordinal);
        using var image = new ByteArrayContent(await File.ReadAllBytesAsync(Picture(8), cancellation));
        using var answer = await client.PostAsync("/classify", image, cancellation);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation);
        Assert.Equal("bag", json.GetProperty("label").GetString());
        using var text = new ByteArrayContent("no picture"u8.ToArray());
        using var refused = await client.PostAsync("/classify", text, cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        var whole = await File.ReadAllBytesAsync(Picture(8), cancellation);
        using var half = new ByteArrayContent(whole[..(whole.Length / 2)]);
        using var cut = await client.PostAsync("/classify", half, cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, cut.StatusCode);
        using var huge = new ByteArrayContent(new byte[(1 << 20) + 1]);
        using var tooLarge = await client.PostAsync("/classify", huge, cancellation);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, tooLarge.StatusCode);
    }

    public void Dispose() => _sample.Dispose();

    private static string Picture(int label) =>
        Path.Combine(Repository.Root, "samples", "ImageHost", "wwwroot", "samples", $"{label}.png");

    private Task<SampleHost> StartAsync()
    {
        var folder = _sample.Folder;
        KeyFiles.WritePem(TestKeys.Alice, folder["alice.pem"], folder["alice.crt"], overwrite: false);
        File.WriteAllText(folder["signer.crt"], TestKeys.Signer.ExportCertificatePem());
        File.WriteAllBytes(folder["model.p7m"],
            SecretsEnvelope.Seal(_sample.Secrets, TestKeys.Signer, [TestKeys.Alice]));
        return SampleHost.StartAsync(Repository.Root, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Model"] = _sample.Obfuscated,
            ["Secrets"] = folder["model.p7m"],
            ["Trust"] = folder["signer.crt"],
            ["Identity"] = folder["alice.pem"],
        }.Select(pair => $"--Models:Classifier:{pair.Key}={pair.Value}"), TestContext.Current.CancellationToken);
    }
}
