using System.Diagnostics;
using System.Security.Cryptography;

namespace OnnxSplitter.Secrets.Keys;

/// <summary>Keys that a command releases: one that asks a service or a TPM for it, and proves where it runs.</summary>
/// <remarks>
/// Named <c>exec:COMMAND</c>. The command is run by the system's shell, prints a PEM or PFX file on its standard
/// output, a pipe, and ends with 0. Its standard error is this process's. It comes from whoever runs the program, never
/// from a model or from secrets.
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
    public static Identity Load(string name, PassphraseSource? passphrase = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!name.StartsWith(Prefix, StringComparison.Ordinal))
            throw new CertificateException($"{name} names no command.", Remedy);
        var printed = GC.AllocateArray<byte>(KeyFiles.MaxLength + 1, pinned: true);
        try
        {
            var content = printed[..Run(name, printed)];
            try
            {
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

    private static int Run(string name, byte[] printed)
    {
        var command = name[Prefix.Length..];
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo("cmd.exe", ["/d", "/c", command])
            : new ProcessStartInfo("/bin/sh", ["-c", command]);
        start.RedirectStandardOutput = true;
        start.UseShellExecute = false;
        try
        {
            using var process = Process.Start(start)!;
            using var limit = new Timer(_ => Kill(process), null, Longest, Timeout.InfiniteTimeSpan);
            var output = process.StandardOutput.BaseStream;
            var count = output.ReadAtLeast(printed, printed.Length, throwOnEndOfStream: false);
            if (count == printed.Length)
            {
                Kill(process);
                throw new CertificateException(
                    $"{name} prints more than {KeyFiles.MaxLength} bytes, which is no key.", Remedy);
            }

            process.WaitForExit();
            return process.ExitCode == 0 ? count
                : throw new CertificateException($"{name} ended with {process.ExitCode} and released no key.", Remedy);
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException)
        {
            throw new CertificateException($"{name} can't be run: {e.Message}", Remedy, e);
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }
}
