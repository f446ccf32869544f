using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace OnnxSplitter.Benchmarks.House;

/// <summary>
/// Where a string goes: from one property through arguments, assignments, initialisers, <c>with</c>, returned values
/// and the properties of records, across methods and projects.
/// </summary>
/// <remarks>
/// It does not tell one object of a type from another, nor one call of a method from another, and so may name a file
/// too many. It does not follow strings through collections, tuples, delegates, or functions of strings other than <see
/// cref="Path.GetFullPath(string)"/>, and so may miss one. Both hold for every build that is compared.
/// </remarks>
internal sealed class PathFlow
{
    private readonly SourceModel _model;
    private readonly HashSet<ISymbol> _carriers = new(SymbolEqualityComparer.Default);

    private readonly IReadOnlyList<(ISymbol Member, IOperation Body)> _members;

    private PathFlow(SourceModel model, ISymbol start, ISymbol entry)
    {
        _model = model;
        _members = model.Reached(entry);
        Carry(start);
        int before;
        do
        {
            before = _carriers.Count;
            foreach (var (member, body) in _members) Pass(member, body);
        }
        while (_carriers.Count > before);
    }

    /// <summary>Names of files, below the sources' common folder, in which something holds the string.</summary>
    /// <param name="model">The sources.</param>
    /// <param name="start">The property that the string is first put into.</param>
    /// <param name="entry">The method that runs the command: what it can't call is not looked at.</param>
    /// <param name="opened">
    /// Name of a type that stands for what was opened at that path; null to look at strings alone.
    /// </param>
    /// <returns>Paths in order.</returns>
    public static IReadOnlyList<string> Files(
        SourceModel model, ISymbol start, ISymbol entry, string? opened = null)
    {
        var flow = new PathFlow(model, start, entry);
        var read = flow._members
            .Where(found => found.Body.DescendantsAndSelf()
                .Any(operation => flow.Carries(operation) || (opened is not null && operation.Type?.Name == opened)))
            .Select(found => found.Body.Syntax);
        var declared = flow._carriers.SelectMany(symbol => symbol.DeclaringSyntaxReferences)
            .Select(place => place.GetSyntax());
        return [.. read.Concat(declared).Select(node => node.SyntaxTree.FilePath).Distinct()
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>Calls that are handed the string by a method of a type.</summary>
    /// <param name="model">The sources.</param>
    /// <param name="start">The property that the string is first put into.</param>
    /// <param name="entry">The method that runs the command: what it can't call is not looked at.</param>
    /// <param name="called">Which methods to look for.</param>
    /// <returns>A line for each call: file and line.</returns>
    public static IReadOnlyList<string> Calls(
        SourceModel model, ISymbol start, ISymbol entry, Func<IMethodSymbol, bool> called)
    {
        var flow = new PathFlow(model, start, entry);
        return
        [
            .. flow._members.SelectMany(found => found.Body.DescendantsAndSelf())
                .Where(operation => Target(operation) is { } method && called(method) && Arguments(operation)
                    .Any(one => flow.Carries(one.Value)))
                .Select(operation => operation.Syntax.GetLocation().GetLineSpan())
                .Select(span => $"{span.Path}:{span.StartLinePosition.Line + 1}").Distinct()
                    .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>The method that a call or a making of an object runs.</summary>
    public static IMethodSymbol? Target(IOperation operation) => operation switch
    {
        IInvocationOperation call => call.TargetMethod,
        IObjectCreationOperation made => made.Constructor,
        _ => null,
    };

    private static ImmutableArray<IArgumentOperation> Arguments(IOperation operation) => operation switch
    {
        IInvocationOperation call => call.Arguments,
        IObjectCreationOperation made => made.Arguments,
        _ => [],
    };

    private void Pass(ISymbol member, IOperation body)
    {
        foreach (var operation in body.DescendantsAndSelf())
        {
            switch (operation)
            {
                case IArgumentOperation { Parameter: { } parameter } argument when Carries(argument.Value):
                    Carry(parameter.OriginalDefinition);
                    break;
                case ISimpleAssignmentOperation assignment when Carries(assignment.Value):
                    Carry(Referred(assignment.Target));
                    break;
                case IVariableDeclaratorOperation { Initializer.Value: { } value } declarator when Carries(value):
                    Carry(declarator.Symbol);
                    break;
                case IPropertyInitializerOperation initializer when Carries(initializer.Value):
                    foreach (var initialized in initializer.InitializedProperties) Carry(initialized);
                    break;
                case IFieldInitializerOperation initializer when Carries(initializer.Value):
                    foreach (var field in initializer.InitializedFields) Carry(field);
                    break;
                case IReturnOperation { ReturnedValue: { } value } when Carries(value) && !InFunction(operation):
                    Carry(member is IMethodSymbol { AssociatedSymbol: IPropertySymbol property } ? property : member);
                    break;
            }
        }
    }

    private bool Carries(IOperation operation) => operation switch
    {
        IInvocationOperation
        {
            TargetMethod: { Name: nameof(Path.GetFullPath), ContainingType.Name: nameof(Path) },
        } call => Carries(call.Arguments[0].Value),
        IInvocationOperation call => _carriers.Contains(call.TargetMethod.OriginalDefinition),
        IConversionOperation conversion => Carries(conversion.Operand),
        IConditionalOperation { WhenFalse: { } other } choice => Carries(choice.WhenTrue) || Carries(other),
        ICoalesceOperation choice => Carries(choice.Value) || Carries(choice.WhenNull),
        _ => Referred(operation) is { } symbol && _carriers.Contains(symbol),
    };

    private static ISymbol? Referred(IOperation operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter.OriginalDefinition,
        IFieldReferenceOperation field => field.Field.OriginalDefinition,
        IPropertyReferenceOperation property => property.Property.OriginalDefinition,
        _ => null,
    };

    private void Carry(ISymbol? symbol)
    {
        if (symbol is null || !IsText(symbol) || !symbol.Locations.Any(place => place.IsInSource)
            || !_carriers.Add(symbol)) return;
        if (symbol is not IParameterSymbol { ContainingSymbol: IMethodSymbol method } parameter) return;
        foreach (var own in _model.Overrides[method.OriginalDefinition]) Carry(own.Parameters[parameter.Ordinal]);

        // A positional record's property gets what its constructor is given.
        if (method is { MethodKind: MethodKind.Constructor, ContainingType.IsRecord: true })
            foreach (var property in method.ContainingType.GetMembers(parameter.Name)
                .OfType<IPropertySymbol>()) Carry(property);
    }

    private static bool IsText(ISymbol symbol) => symbol switch
    {
        ILocalSymbol local => local.Type,
        IParameterSymbol parameter => parameter.Type,
        IFieldSymbol field => field.Type,
        IPropertySymbol property => property.Type,
        IMethodSymbol method => method.ReturnType,
        _ => null,
    } is { SpecialType: SpecialType.System_String };

    private static bool InFunction(IOperation operation)
    {
        for (var around = operation.Parent; around is not null; around = around.Parent)
            if (around is IAnonymousFunctionOperation or ILocalFunctionOperation) return true;
        return false;
    }
}
