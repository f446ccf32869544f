using System.Text;
using Microsoft.Playwright;
using OnnxSplitter.Cli.Reports.Html;

namespace OnnxSplitter.Tests.Cli.Reports;

public sealed class ReportPageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _page;

    public ReportPageTests()
    {
        _page = _folder["report.html"];
        File.WriteAllBytes(_page, ReportPage.Bytes(SampleReport.Document));
    }

    [Fact]
    public void Names_from_the_model_never_become_markup()
    {
        var text = File.ReadAllText(_page);

        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain('\u202e', text);
        Assert.DoesNotContain('\0', text);
        Assert.DoesNotContain(new string('x', 200), text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_document_gives_the_same_page() =>
        Assert.Equal(Encoding.UTF8.GetString(ReportPage.Bytes(SampleReport.Document)), File.ReadAllText(_page));

    [Theory]
    [InlineData(360, ColorScheme.Light, "rgb(255, 255, 255)")]
    [InlineData(360, ColorScheme.Dark, "rgb(20, 23, 27)")]
    [InlineData(1200, ColorScheme.Light, "rgb(255, 255, 255)")]
    [InlineData(1200, ColorScheme.Dark, "rgb(20, 23, 27)")]
    public async Task A_browser_shows_it_without_help_from_anywhere(int width, ColorScheme scheme, string paper)
    {
        await using var browser = await Browser.Start();
        var page = await browser.Open(_page, width, scheme);

        // The style's hash is in the policy: a wrong one would leave the page white.
        Assert.Equal(paper, await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.Equal(0, await page.EvaluateAsync<int>("document.querySelectorAll('script, img, [onerror]').length"));
        Assert.Equal(0, await page.EvaluateAsync<int>(
            "document.querySelectorAll('svg:not([aria-label]):not([aria-hidden]), table:not(:has(caption))').length"));
        Assert.True(await page.GetByText("The target was not reached.").IsVisibleAsync());
        Assert.Equal($"{SampleReport.Script}.onnx", await page.Locator("h1").InnerTextAsync());
        Assert.Empty(browser.Complaints);
        Assert.Equal([new Uri(_page).AbsoluteUri], browser.Requests);

        // A picture of one colour would be far smaller.
        Assert.True((await page.ScreenshotAsync(new() { FullPage = true })).Length > 50_000);
    }

    [Fact]
    public async Task On_a_narrow_screen_readings_fit_and_a_shadow_tells_of_other_tables_that_go_on()
    {
        await using var browser = await Browser.Start();
        var page = await browser.Open(_page, 360, ColorScheme.Light);
        await page.EvaluateAsync("document.querySelectorAll('details').forEach(one => one.open = true)");

        Assert.Equal(0, await page.EvaluateAsync<int>(
            """
            [...document.querySelectorAll('.scroll:has(svg.bar)')].filter(one =>
              one.querySelector('caption').textContent.startsWith('Readings')
              && one.scrollWidth > one.clientWidth).length
            """));
        Assert.Equal("local, local, scroll, scroll", await page.EvaluateAsync<string>(
            "getComputedStyle(document.querySelector('.scroll')).backgroundAttachment"));
    }

    [Fact]
    public async Task Its_policy_lets_no_script_run()
    {
        await using var browser = await Browser.Start();
        var page = await browser.Open(_page, 800, ColorScheme.Light);

        var ran = await page.EvaluateAsync<bool>(
            """
            () => {
              const script = document.createElement('script');
              script.textContent = 'window.ran = true';
              document.body.append(script);
              return window.ran === true;
            }
            """);

        Assert.False(ran);
        Assert.Contains(browser.Complaints, text => text.Contains("Content Security Policy", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Printed_it_is_dark_on_white()
    {
        await using var browser = await Browser.Start();
        var page = await browser.Open(_page, 800, ColorScheme.Dark);

        await page.EmulateMediaAsync(new() { Media = Media.Print });

        Assert.Equal(
            "rgb(255, 255, 255)", await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
        Assert.Equal("rgb(0, 0, 0)", await page.EvaluateAsync<string>("getComputedStyle(document.body).color"));
    }

    public void Dispose() => _folder.Dispose();
}
