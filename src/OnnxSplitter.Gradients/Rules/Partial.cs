using System.Diagnostics.CodeAnalysis;

namespace OnnxSplitter.Gradients.Rules;

/// <summary>A gradient of one input.</summary>
/// <param name="Value">Name of the value that holds it.</param>
/// <param name="Dims">Its shape, where the op broadcast that input; null if it is the input's own.</param>
internal sealed record Partial(string Value, long[]? Dims = null)
{
    [return: NotNullIfNotNull(nameof(value))]
    public static implicit operator Partial?(string? value) => value is null ? null : new(value);
}
