using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace OnnxSplitter.Benchmarks.House;

/// <summary>
/// Types that give several files their names by themselves: they rename, or call a <c>Commit</c> without arguments, in
/// a loop or at more than one place. Branches of one choice count as one place.
/// </summary>
internal static class CommitCount
{
    /// <summary>Counts them.</summary>
    /// <param name="model">The sources.</param>
    /// <returns>The types' names, in order.</returns>
    public static IReadOnlyList<string> Types(SourceModel model)
    {
        // A method that does nothing but rename one file stands for the renaming.
        var wrappers = model.Members.Where(found => Calls(found.Body, IsRename).Count() == 1
            && !Calls(found.Body, IsRename).Any(IsRepeated))
            .Select(found => found.Member)
                .Where(member => member.ContainingType?.IsStatic == false && member.ContainingType.IsSealed == false)
            .ToHashSet(SymbolEqualityComparer.Default);
        return
        [
            .. model.Members.Where(found => !wrappers.Contains(found.Member))
                .SelectMany(found =>
                    Calls(found.Body, method => IsRename(method) || IsCommit(method) || wrappers.Contains(method)))
                .GroupBy(call => Owner(model, call), StringComparer.Ordinal)
                .Where(calls => calls.DistinctBy(Choice).Count() > 1 || calls.Any(IsRepeated))
                .Select(calls => calls.Key).Order(StringComparer.Ordinal),
        ];
    }

    private static bool IsRename(IMethodSymbol method) =>
        method is { Name: "Move" or "Replace", ContainingType.Name: nameof(File) };

    private static bool IsCommit(IMethodSymbol method) => method is { Name: "Commit", Parameters.Length: 0 };

    private static IEnumerable<IOperation> Calls(IOperation body, Func<IMethodSymbol, bool> wanted) =>
        body.DescendantsAndSelf()
            .Where(operation => operation is IInvocationOperation call && wanted(call.TargetMethod.OriginalDefinition));

    private static string Owner(SourceModel model, IOperation call) =>
        model.Members.First(found => found.Body.DescendantsAndSelf().Contains(call)).Member.ContainingType?.Name ?? "";

    private static bool IsRepeated(IOperation call) =>
        Around(call).Any(around => around is ILoopOperation or IAnonymousFunctionOperation);

    private static SyntaxNode Choice(IOperation call) =>
        (Around(call).LastOrDefault(around => around is IConditionalOperation) ?? call).Syntax;

    private static IEnumerable<IOperation> Around(IOperation operation)
    {
        for (var around = operation.Parent; around is not null; around = around.Parent) yield return around;
    }
}
