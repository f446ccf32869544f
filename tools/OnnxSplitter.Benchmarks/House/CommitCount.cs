using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace OnnxSplitter.Benchmarks.House;

/// <summary>
/// Places that give several files their names by themselves: types that call a <c>Commit</c> without arguments, and
/// folders that rename, in a loop or more than once. Branches of one choice count once.
/// </summary>
internal static class CommitCount
{
    /// <summary>Counts them.</summary>
    /// <param name="model">The sources.</param>
    /// <returns>Their names, in order.</returns>
    public static IReadOnlyList<string> Places(SourceModel model)
    {
        // A method that does nothing but rename one file stands for the renaming.
        var renaming = model.Members.Where(found => Calls(found.Body, IsRename).Count() == 1
                && !Calls(found.Body, IsRename).Any(IsRepeated)
                && found.Member.ContainingType is { IsStatic: false, IsSealed: false })
            .Select(found => found.Member).ToHashSet(SymbolEqualityComparer.Default);
        var others = model.Members.Where(found => !renaming.Contains(found.Member)).ToArray();
        return
        [
            .. Several(others, IsCommit, type => type.Name),
            .. Several(others, method => IsRename(method) || renaming.Contains(method),
                type => type.ContainingNamespace.ToDisplayString()),
        ];
    }

    private static IEnumerable<string> Several(
        IEnumerable<(ISymbol Member, IOperation Body)> members, Func<IMethodSymbol, bool> wanted,
        Func<INamedTypeSymbol, string> place) => members
        .Where(found => found.Member.ContainingType is not null)
        .SelectMany(found => Calls(found.Body, wanted)
            .Select(call => (Place: place(found.Member.ContainingType), Call: call)))
        .GroupBy(found => found.Place, found => found.Call, StringComparer.Ordinal)
        .Where(calls => calls.DistinctBy(Choice).Count() > 1 || calls.Any(IsRepeated))
        .Select(calls => calls.Key).Order(StringComparer.Ordinal);

    private static bool IsRename(IMethodSymbol method) =>
        method is { Name: "Move" or "Replace", ContainingType.Name: nameof(File) };

    private static bool IsCommit(IMethodSymbol method) => method is { Name: "Commit", Parameters.Length: 0 };

    private static IEnumerable<IOperation> Calls(IOperation body, Func<IMethodSymbol, bool> wanted) =>
        body.DescendantsAndSelf()
            .Where(operation => operation is IInvocationOperation call && wanted(call.TargetMethod.OriginalDefinition));

    private static bool IsRepeated(IOperation call) =>
        Around(call).Any(around => around is ILoopOperation or IAnonymousFunctionOperation);

    private static SyntaxNode Choice(IOperation call) =>
        (Around(call).LastOrDefault(around => around is IConditionalOperation) ?? call).Syntax;

    private static IEnumerable<IOperation> Around(IOperation operation)
    {
        for (var around = operation.Parent; around is not null; around = around.Parent) yield return around;
    }
}
