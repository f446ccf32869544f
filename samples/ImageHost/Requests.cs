using Microsoft.Extensions.Diagnostics.HealthChecks;
using OnnxSplitter.Runtime.Secured;

namespace ImageHost;

/// <summary>From a request with a picture to an answer as JSON.</summary>
internal static class Requests
{
    /// <summary>Classifies the picture that is a request's body.</summary>
    public static async Task AnswerAsync(HttpContext context, Func<float[], Answer> classify)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted).ConfigureAwait(false);
        var image = Picture.Read(body.ToArray());
        var result = image is null
            ? Results.Problem("Send a PNG of at most 1 MB and 1024 pixels a side.", statusCode: 400)
            : Classified(image, classify);
        await result.ExecuteAsync(context).ConfigureAwait(false);
    }

    private static IResult Classified(float[] image, Func<float[], Answer> classify)
    {
        try
        {
            return Results.Ok(classify(image));
        }
        catch (SecuredException e)
        {
            return Results.Problem($"{e.Message} {e.Remedy}", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    /// <summary>The state in a word, then what each check has to say.</summary>
    public static Task WriteHealthAsync(HttpContext context, HealthReport report) => context.Response.WriteAsync(
        string.Join('\n', report.Entries.Where(entry => entry.Value.Description is not null)
            .Select(entry => $"{entry.Key}: {entry.Value.Description}").Prepend($"{report.Status}")));
}
