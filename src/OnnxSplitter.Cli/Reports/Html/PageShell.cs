using System.Security.Cryptography;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace OnnxSplitter.Cli.Reports.Html;

/// <summary>A page that needs no other file, no script and no network.</summary>
internal static class PageShell
{
    /// <summary>The page, in UTF-8.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="content">Elements, one below the other; those that are null are left out.</param>
    public static byte[] Bytes(string title, params object?[] content)
    {
        var style = Style();
        var html = new XElement("html", new XAttribute("lang", "en"),
            new XElement("head",
                Meta(new XAttribute("charset", "utf-8")),
                Meta(new XAttribute("http-equiv", "Content-Security-Policy"), new XAttribute("content", Policy(style))),
                Meta(new XAttribute("name", "viewport"),
                    new XAttribute("content", "width=device-width, initial-scale=1")),
                Meta(new XAttribute("name", "color-scheme"), new XAttribute("content", "light dark")),
                Meta(new XAttribute("name", "referrer"), new XAttribute("content", "no-referrer")),
                new XElement("title", title),
                new XElement("style", style)),
            new XElement("body", Markup.Tag("main", null, content)));
        using var stream = new MemoryStream();
        var settings = new XmlWriterSettings
        {
            Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            OmitXmlDeclaration = true,
            Indent = true,
            IndentChars = " ",
            NewLineChars = "\n",
        };
        using (var writer = XmlWriter.Create(stream, settings))
            new XDocument(new XDocumentType("html", null, null, null), html).Save(writer);
        return stream.ToArray();
    }

    private static XElement Meta(params XAttribute[] attributes) => new("meta", attributes);

    /// <summary>Nothing may load or run; the one style sheet is known by its hash.</summary>
    private static string Policy(string style) =>
        "default-src 'none'; style-src "
        + $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)))}'; "
        + "base-uri 'none'; form-action 'none'";

    private static string Style()
    {
        using var stream = typeof(PageShell).Assembly.GetManifestResourceStream("report.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
