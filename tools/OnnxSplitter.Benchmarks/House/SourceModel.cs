using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Operations;

namespace OnnxSplitter.Benchmarks.House;

/// <summary>
/// The sources below <c>src</c>, bound as if they were one program, so that references lead across projects.
/// </summary>
/// <remarks>
/// What source generators make is missing, so calls of it lead nowhere; everything else is bound as the build binds it,
/// against the packages that lie beside the built command-line program.
/// </remarks>
internal sealed class SourceModel
{
    private const string Usings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;
        """;

    private readonly CSharpCompilation _compilation;

    /// <param name="repository">Path of the root; the command-line program must have been built there.</param>
    public SourceModel(string repository)
    {
        var projects = ProjectFolder.All(repository)
            .Where(project => Path.GetFileName(Path.GetDirectoryName(project.Folder)) == "src").ToArray();
        var options = new CSharpParseOptions(LanguageVersion.Preview);
        var sources = projects.SelectMany(project => project.Sources)
            .Concat(projects.SelectMany(project => Generated(project.Folder)));
        var built = projects.Single(project => project.Name == "OnnxSplitter.Cli").BuiltAssembly()
            ?? throw new InvalidOperationException($"{repository} has not been built.");
        var own = projects.Select(project => $"{project.AssemblyName}.dll").ToHashSet(StringComparer.Ordinal);
        var platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == Path.GetDirectoryName(typeof(object).Assembly.Location));
        var packages = Directory.GetFiles(Path.GetDirectoryName(built)!, "*.dll")
            .Where(path => !own.Contains(Path.GetFileName(path)));
        _compilation = CSharpCompilation.Create(
            "House",
            sources.Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), options, path))
                .Append(CSharpSyntaxTree.ParseText(Usings, options)),
            platform.Concat(packages).DistinctBy(Path.GetFileName)
                .Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, allowUnsafe: true));
        Members = [.. _compilation.SyntaxTrees.SelectMany(Bodies)];
        Overrides = Types(_compilation.Assembly.GlobalNamespace).SelectMany(Implemented)
            .ToLookup(pair => (ISymbol?)pair.Base, pair => pair.Own, SymbolEqualityComparer.Default);
    }

    /// <summary>Bodies and initialisers, with the member that each belongs to.</summary>
    public IReadOnlyList<(ISymbol Member, IOperation Body)> Members { get; }

    /// <summary>Methods of this project that implement or override a method.</summary>
    public ILookup<ISymbol?, IMethodSymbol> Overrides { get; }

    /// <summary>Finds a member by its type's and its own name.</summary>
    /// <param name="type">Name of a type that there is once.</param>
    /// <param name="name">The member's name.</param>
    /// <returns>The member.</returns>
    public T Member<T>(string type, string name) where T : ISymbol => Types(_compilation.Assembly.GlobalNamespace)
        .Single(found => found.Name == type).GetMembers(name).OfType<T>().Single();

    /// <summary>What a method can run: what it names, what implements that, and initialisers of their types.</summary>
    /// <param name="entry">The method.</param>
    /// <returns>A part of <see cref="Members"/>.</returns>
    public IReadOnlyList<(ISymbol Member, IOperation Body)> Reached(ISymbol entry)
    {
        var bodies = Members.ToLookup(found => found.Member, SymbolEqualityComparer.Default);
        var initialisers = Members.Where(found => found.Member is IFieldSymbol or IPropertySymbol)
            .ToLookup(found => found.Member.ContainingType, SymbolEqualityComparer.Default);
        var seen = new HashSet<ISymbol>(SymbolEqualityComparer.Default) { entry };
        var open = new Queue<ISymbol>(seen);
        var reached = new List<(ISymbol Member, IOperation Body)>();
        while (open.TryDequeue(out var member))
        {
            foreach (var own in Overrides[member]) Reach(own);
            var found = member is INamedTypeSymbol ? initialisers[member] : bodies[member];
            foreach (var (_, body) in found)
                foreach (var named in body.DescendantsAndSelf().SelectMany(Named)) Reach(named);
            reached.AddRange(found);
        }

        return [.. reached.Distinct()];

        void Reach(ISymbol symbol)
        {
            foreach (var one in new ISymbol?[] { symbol.ContainingType, symbol }.OfType<ISymbol>())
                if (seen.Add(one.OriginalDefinition)) open.Enqueue(one.OriginalDefinition);
        }
    }

    private static IEnumerable<ISymbol> Named(IOperation operation) => operation switch
    {
        IInvocationOperation call => [call.TargetMethod],
        IObjectCreationOperation { Constructor: { } made } => [made],
        IMethodReferenceOperation reference => [reference.Method],
        IPropertyReferenceOperation { Property: var property } =>
            new ISymbol?[] { property, property.GetMethod, property.SetMethod }.OfType<ISymbol>(),
        IFieldReferenceOperation reference => [reference.Field],
        _ => [],
    };

    private static IEnumerable<string> Generated(string folder) => Directory.Exists(Path.Combine(folder, "obj"))
        ? Directory.EnumerateFiles(Path.Combine(folder, "obj"), "Onnx.cs", SearchOption.AllDirectories).Take(1)
        : [];

    private IEnumerable<(ISymbol Member, IOperation Body)> Bodies(SyntaxTree tree)
    {
        var model = _compilation.GetSemanticModel(tree);
        foreach (var node in tree.GetRoot().DescendantNodes())
        {
            // A root of the tree of operations: a body, or an initialiser outside of one.
            if (model.GetOperation(node) is { Parent: null } body
                && model.GetEnclosingSymbol(node.SpanStart) is { } around)
                yield return (model.GetDeclaredSymbol(node) ?? around, body);
        }
    }

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceOrTypeSymbol around) => around.GetMembers()
        .OfType<INamespaceOrTypeSymbol>().SelectMany(Types).Concat(around is INamedTypeSymbol type ? [type] : []);

    private static IEnumerable<(ISymbol Base, IMethodSymbol Own)> Implemented(INamedTypeSymbol type) =>
        type.AllInterfaces.SelectMany(all => all.GetMembers().OfType<IMethodSymbol>())
            .Select(promised =>
                (Base: (ISymbol)promised.OriginalDefinition,
                Own: type.FindImplementationForInterfaceMember(promised) as IMethodSymbol))
            .Concat(type.GetMembers().OfType<IMethodSymbol>().Where(method => method.OverriddenMethod is not null)
                .Select(method =>
                    (Base: (ISymbol)method.OverriddenMethod!.OriginalDefinition, Own: (IMethodSymbol?)method)))
            .Where(pair => pair.Own is not null).Select(pair => (pair.Base, pair.Own!));
}
