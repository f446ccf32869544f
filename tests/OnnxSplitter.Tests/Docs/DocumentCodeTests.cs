using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace OnnxSplitter.Tests.Docs;

/// <summary>C# of the pages compiles against this project as a host's would.</summary>
public sealed class DocumentCodeTests
{
    // What a page may leave out: usings, and what the text around has introduced. Locals of a block hide these fields.
    private const string Before = """
        using System;
        using System.Collections.Generic;
        using System.IO;
        using System.Linq;
        using System.Security.Cryptography;
        using System.Security.Cryptography.X509Certificates;
        using Microsoft.Extensions.DependencyInjection;
        using Microsoft.Extensions.Hosting;
        using Microsoft.ML.OnnxRuntime;
        using Microsoft.ML.OnnxRuntimeGenAI;
        using OnnxSplitter.DependencyInjection;
        using OnnxSplitter.GenAI;
        using OnnxSplitter.Onnx;
        using OnnxSplitter.Pkcs11;
        using OnnxSplitter.Runtime;
        using OnnxSplitter.Runtime.Secured;
        using OnnxSplitter.Secrets;
        using OnnxSplitter.Secrets.Envelope;
        using OnnxSplitter.Secrets.Keys;

        internal static class Page
        {
            private static X509Certificate2 vendor = null!;
            private static X509Certificate2 device = null!;
            private static IReadOnlyCollection<NamedOnnxValue> inputs = [];

            internal static void Run()
            {

        """;

    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    [Theory]
    [MemberData(nameof(DocumentPage.Names), MemberType = typeof(DocumentPage))]
    public void Blocks_of_a_page_compile(string page) => Assert.All(new DocumentPage(page).Blocks("csharp"), block =>
    {
        var tree = CSharpSyntaxTree.ParseText($"{Before}{block}    }}\n}}\n");
        var compilation = CSharpCompilation.Create(
            "Page", [tree], References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary,
                nullableContextOptions: NullableContextOptions.Enable));
        Assert.Empty(compilation.GetDiagnostics(TestContext.Current.CancellationToken)
            .Where(found => found.Severity == DiagnosticSeverity.Error));
    });

    [Fact]
    public void There_are_blocks_to_compile() =>
        Assert.InRange(DocumentPage.Names.Sum(page => new DocumentPage(page.Data).Blocks("csharp").Count()), 3, 100);
}
