using System.Globalization;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Secrets.Keyed;

namespace OnnxSplitter.Cli.Terminal;

/// <summary>What is said of keyed changes.</summary>
internal static class KeyedText
{
    /// <summary>The rules, as <c>--rule</c> takes them.</summary>
    public static string? Rules(KeyedFigures? keyed) => keyed is null ? null : Rules(keyed.Rules);

    /// <summary>The same.</summary>
    public static string Rules(KeyedRules rules) =>
        rules.ToString().Replace(", ", ",", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>The rules and the share.</summary>
    public static string Of(KeyedFigures keyed) => Rules(keyed) + string.Create(CultureInfo.InvariantCulture,
        $"; {keyed.Share * 100:0.0} % of the weights of kernels, matrices and embeddings that can change");
}
