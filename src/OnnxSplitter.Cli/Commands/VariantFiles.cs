using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Cli.Requests;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;

namespace OnnxSplitter.Cli.Commands;

/// <summary>Names the files of a job that writes a variant per recipient.</summary>
internal static class VariantFiles
{
    private const int LongestName = 40;

    /// <summary>
    /// A variant for every recipient, sealed to it and to the signer, who may have to trace it one day.
    /// </summary>
    /// <param name="request">The job, with the names that variants' names go into.</param>
    /// <param name="recipients">At least one.</param>
    /// <param name="signer">The vendor's certificate.</param>
    public static IReadOnlyList<ModelVariant> Of(
        ProtectRequest request, IReadOnlyList<X509Certificate2> recipients, X509Certificate2 signer)
    {
        var output = request.Output.Length > 0
            ? request.Output
            : JobPlan.DefaultOutput(request.Model, hasDataFiles: false);
        var names = recipients.Select(Name).ToArray();
        var shared = names.CountBy(name => name, StringComparer.OrdinalIgnoreCase)
            .Where(pair => pair.Value > 1 || pair.Key.Length == 0).Select(pair => pair.Key)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        return
        [
            .. recipients.Zip(names, (recipient, common) =>
            {
                var name = shared.Contains(common) ? $"{common}-{Fingerprint(recipient)[..8]}".TrimStart('-') : common;
                return new ModelVariant(name, Named(output, name), Named(request.Secrets, name),
                    Fingerprint(recipient) == Fingerprint(signer) ? [recipient] : [recipient, signer]);
            }),
        ];
    }

    /// <summary>The certificate's common name, as far as a file's name can hold it.</summary>
    private static string Name(X509Certificate2 certificate)
    {
        var name = string.Concat(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false)
            .Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' ? c : '-').Take(LongestName));
        return name.Trim('.', '-');
    }

    private static string Fingerprint(X509Certificate2 certificate) =>
        certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant();

    private static string Named(string path, string name) => Path.Combine(Path.GetDirectoryName(path) ?? string.Empty,
        $"{Path.GetFileNameWithoutExtension(path)}.{name}{Path.GetExtension(path)}");
}
