using System.Reflection;
using OnnxSplitter.Tests.Architecture;
using OnnxSplitter.Tests.Docs;
using PublicApiGenerator;

namespace OnnxSplitter.Tests.PublicApi;

/// <summary>What each library promises, in a file beside this one that is looked at when it changes.</summary>
public sealed class PublicApiTests
{
    private static readonly ApiGeneratorOptions Options = new()
    {
        IncludeAssemblyAttributes = false,
        DenyNamespacePrefixes = [],
    };

    public static TheoryData<string> Libraries =>
        [.. House.Projects.Where(project => project.IsLibrary).Select(project => project.Name)];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_librarys_public_api_is_the_recorded_one(string library) => MadeFile.Matches(
        $"tests/OnnxSplitter.Tests/PublicApi/{library}.txt",
        Assembly.Load(library).GeneratePublicApi(Options).ReplaceLineEndings("\n").TrimEnd() + "\n");
}
