using Microsoft.Playwright;

namespace OnnxSplitter.Tests;

/// <summary>A page in headless Chromium, with what it asked for and complained about.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly string[] Programs = ["chromium", "chromium-browser", "google-chrome"];

    private static readonly string[] Quiet =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    // A machine of two processors has other tests to run.
    private const float Patience = 180_000;

    private readonly IPlaywright _driver;
    private readonly IBrowser _browser;

    private Browser(IPlaywright driver, IBrowser browser) => (_driver, _browser) = (driver, browser);

    /// <summary>What went wrong in the page's eyes.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>Addresses that were asked for.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>Starts the browser of this machine; skips the test where there is none.</summary>
    public static async Task<Browser> Start()
    {
        var folders = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];
        var program = Programs.SelectMany(name => folders.Select(folder => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
        if (program is null) Assert.Skip("There is no Chromium here.");
        Assertions.SetDefaultExpectTimeout(Patience);
        var driver = await Playwright.CreateAsync();
        return new Browser(driver, await driver.Chromium.LaunchAsync(
            new() { ExecutablePath = program, Args = Quiet, Timeout = Patience }));
    }

    /// <summary>Opens a file, or an address, in a window of this width.</summary>
    public async Task<IPage> Open(string path, int width, ColorScheme scheme)
    {
        var page = await _browser.NewPageAsync(
            new() { ViewportSize = new() { Width = width, Height = 800 }, ColorScheme = scheme });
        page.SetDefaultTimeout(Patience);
        page.Console += (_, message) => Complaints.Add(message.Text);
        page.PageError += (_, error) => Complaints.Add(error);
        page.Request += (_, request) => Requests.Add(request.Url);
        await page.GotoAsync(new Uri(path).AbsoluteUri);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _driver.Dispose();
    }
}
