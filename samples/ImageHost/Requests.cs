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
            ? Results.Problem("Send a PNG of at most 1 MB and 4096 pixels a side.", statusCode: 400)
            : Results.Ok(classify(image));
        await result.ExecuteAsync(context).ConfigureAwait(false);
    }
}
