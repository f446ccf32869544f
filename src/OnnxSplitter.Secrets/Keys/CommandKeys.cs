using System.Security.Cryptography;

namespace OnnxSplitter.Secrets.Keys;

/// <summary>Keys that a command releases: one that asks a service or a TPM for it, and proves where it runs.</summary>
/// <remarks>
/// Named <c>exec:COMMAND</c>. The command is run by the system's shell, prints a PEM or PFX file on its standard
/// output, a pipe, and ends with 0. Its standard input is empty, since this process's may be the secrets; its standard
/// error, terminal, folder and variables are this process's. It comes from whoever runs the program, never from a model
/// or from secrets.
/// </remarks>
public static class CommandKeys
{
    /// <summary>How names of such keys begin.</summary>
    public const string Prefix = "exec:";

    private const string Remedy = "Run the command by itself: it has to print the key as PEM or PFX, and end with 0.";

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    /// <summary>Runs the command and reads what it prints.</summary>
    /// <param name="name"><c>exec:COMMAND</c>.</param>
    /// <param name="passphrase">Says the key's passphrase; null if there is none to be had.</param>
    /// <returns>The identity. The caller disposes it.</returns>
    /// <exception cref="CertificateException">
    /// It does not start, fails, takes longer than two minutes, or prints no key.
    /// </exception>
    public static Identity Load(string name, PassphraseSource? passphrase = null) => Load(name, passphrase, Longest);

    /// <summary>The same within another time.</summary>
    /// <param name="name">As above.</param>
    /// <param name="passphrase">As above.</param>
    /// <param name="longest">How long it may take.</param>
    /// <returns>As above.</returns>
    /// <exception cref="CertificateException">As above.</exception>
    internal static Identity Load(string name, PassphraseSource? passphrase, TimeSpan longest)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!name.StartsWith(Prefix, StringComparison.Ordinal) || name.AsSpan(Prefix.Length).IsWhiteSpace())
            throw new CertificateException($"{name} names no command.", $"Name one: {Prefix}COMMAND.");
        var printed = GC.AllocateArray<byte>(KeyFiles.MaxLength + 1, pinned: true);
        try
        {
            // Pinned too: what the collector moves leaves a copy.
            var content = GC.AllocateUninitializedArray<byte>(Run(name, printed, longest), pinned: true);
            try
            {
                printed.AsSpan(0, content.Length).CopyTo(content);
                return KeyFiles.ParseIdentity(content, name, passphrase);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(content);
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(printed);
        }
    }

    private static int Run(string name, byte[] printed, TimeSpan longest)
    {
        try
        {
            using var command = new RunningCommand(name[Prefix.Length..]);
            using var limit = new CancellationTokenSource(longest);
            var (count, code) = command.Read(printed, limit.Token);
            if (count == printed.Length)
                throw new CertificateException(
                    $"{name} prints more than {KeyFiles.MaxLength} bytes, which is no key.", Remedy);
            if (code != 0)
                throw new CertificateException($"{name} ended with {code} and released no key.", Remedy);
            return count > 0 ? count
                : throw new CertificateException($"{name} printed nothing: it released no key.", Remedy);
        }
        catch (OperationCanceledException e)
        {
            throw new CertificateException(
                $"{name} took longer than {longest.TotalSeconds:0.#} seconds, or left a process that keeps its output "
                + "open.", Remedy, e);
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException)
        {
            throw new CertificateException($"{name} can't be run: {e.Message}", Remedy, e);
        }
    }
}
