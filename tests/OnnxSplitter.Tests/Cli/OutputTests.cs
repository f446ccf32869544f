using System.Diagnostics;

namespace OnnxSplitter.Tests.Cli;

/// <summary>Outputs that must not or can't be written.</summary>
public sealed class OutputTests : IDisposable
{
    private readonly ShippedSample _sample = new();

    [Fact]
    public void Existing_outputs_stay_without_force()
    {
        foreach (var name in new[] { "new.onnx", "new.p7m" })
        {
            File.WriteAllText(_sample.Folder[name], "mine");
            _sample.AssertNothingNew(() => Transcript.Of(_sample.ProtectArguments(_sample.Original)).Refused(6, name));
            Assert.Equal("mine", File.ReadAllText(_sample.Folder[name]));
            File.Delete(_sample.Folder[name]);
        }

        File.WriteAllText(_sample.Restored, "mine");
        Transcript.Of(_sample.RestoreArguments()).Refused(6);
        Assert.Equal("mine", File.ReadAllText(_sample.Restored));
        Transcript.Of([.. _sample.RestoreArguments(), "--force"]).Done();
        Assert.Equal(File.ReadAllBytes(_sample.Original), File.ReadAllBytes(_sample.Restored));
    }

    [Theory]
    [InlineData("spelling")]
    [InlineData("link")]
    [InlineData("folder link")]
    public void An_input_is_never_an_output_even_with_force(string way)
    {
        var folder = _sample.Folder;
        var output = way switch
        {
            "spelling" => Path.Combine(folder.Root, ".", "x", "..", "obfuscated.onnx"),
            "link" => File.CreateSymbolicLink(folder["link.onnx"], _sample.Obfuscated).FullName,
            _ => Path.Combine(Directory.CreateSymbolicLink(folder["linked"], folder.Root).FullName, "obfuscated.onnx"),
        };
        var before = File.ReadAllBytes(_sample.Obfuscated);

        var restore = _sample.RestoreArguments();
        restore[^1] = output;
        Transcript.Of([.. restore, "--force"]).Refused(6);
        var protect = _sample.ProtectArguments(_sample.Obfuscated);
        protect[Array.IndexOf(protect, "-o") + 1] = output;
        Transcript.Of([.. protect, "--force"]).Refused(6);
        Assert.Equal(before, File.ReadAllBytes(_sample.Obfuscated));
    }

    [Fact]
    public void An_obfuscated_model_may_be_read_by_whom_the_original_may_be()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no modes.");
            return;
        }

        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        var model = _sample.Folder["own.onnx"];
        File.Copy(_sample.Original, model);
        File.SetUnixFileMode(model, mode);

        Transcript.Of([.. _sample.ProtectArguments(model), "--no-evaluation"]).Done();

        Assert.Equal(mode, File.GetUnixFileMode(_sample.Folder["new.onnx"]));
    }

    [Theory]
    [InlineData("own.obfuscated.onnx", "own.secrets.p7m", true)]
    [InlineData("own.obfuscated/model.onnx", "own.secrets.p7m", true)]
    [InlineData("own.obfuscated.onnx", "other.secrets.p7m", false)]
    [InlineData("own.onnx", "own.secrets.p7m", false)]
    public void Protecting_what_is_protected_leads_to_rotate(string name, string secrets, bool warned)
    {
        var model = _sample.Folder[name];
        Directory.CreateDirectory(Path.GetDirectoryName(model)!);
        File.Copy(_sample.Obfuscated, model);
        File.Copy(_sample.Secrets, _sample.Folder[secrets]);

        var transcript = Transcript.Of([.. _sample.ProtectArguments(model), "--no-evaluation"]);

        transcript.Done();
        Assert.Equal(warned, transcript.Error.Contains("'onnxsplit rotate'", StringComparison.Ordinal));
    }

    [Fact]
    public void Two_outputs_of_one_name_are_refused()
    {
        var arguments = _sample.ProtectArguments(_sample.Original);
        arguments[Array.IndexOf(arguments, "-s") + 1] = _sample.Folder["new.onnx"];
        _sample.AssertNothingNew(() => Transcript.Of(arguments).Refused(6, "Two outputs would be one file"));
    }

    [Fact]
    public void A_missing_folder_is_said_of_the_file_that_was_named()
    {
        var arguments = _sample.ProtectArguments(_sample.Original);
        arguments[Array.IndexOf(arguments, "-s") + 1] = _sample.Folder["nof/x.p7m"];
        _sample.AssertNothingNew(() =>
        {
            var transcript = Transcript.Of(arguments);
            transcript.Refused(74, "nof/x.p7m can't be written");
            Assert.DoesNotContain(".tmp", transcript.Error, StringComparison.Ordinal);
        });
    }

    // What root may write differs from what others may; a folder below a file, and one that only the kernel
    // writes to, are refused to both.
    [Theory]
    [InlineData("below a file")]
    [InlineData("of the kernel")]
    public void A_folder_that_cannot_be_written_to_is_reported(string place)
    {
        if (place == "of the kernel" && !OperatingSystem.IsLinux()) Assert.Skip("Only Linux has /proc.");
        var folder = place == "below a file" ? _sample.Obfuscated : "/proc/self";
        var arguments = _sample.RestoreArguments();
        arguments[^1] = Path.Combine(folder, "restored.onnx");

        _sample.AssertNothingNew(() => Transcript.Of(arguments).Refused(74));
        Transcript.Of("keygen", Path.Combine(folder, "key")).Refused(74);
    }

    [Fact]
    public void A_read_only_folder_is_reported()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Windows has other permissions.");
        var folder = Directory.CreateDirectory(_sample.Folder["locked"]);
        var mounted = false;
        if (Environment.IsPrivilegedProcess)
        {
            // Permissions do not bind root; a read-only file system does.
            mounted = Try("mount", "-t", "tmpfs", "-o", "ro", "tmpfs", folder.FullName);
            if (!mounted) Assert.Skip("Runs as root and may not mount, so no folder is read-only.");
        }
        else
        {
            Assert.True(Try("chmod", "500", folder.FullName));
        }

        try
        {
            var arguments = _sample.RestoreArguments();
            arguments[^1] = Path.Combine(folder.FullName, "restored.onnx");
            Transcript.Of(arguments).Refused(74);
            Assert.Empty(folder.EnumerateFileSystemInfos());
        }
        finally
        {
            if (mounted) Try("umount", folder.FullName);
            else Try("chmod", "700", folder.FullName);
        }
    }

    [Fact]
    public void A_full_disk_is_reported_and_leaves_nothing_partial()
    {
        var folder = Directory.CreateDirectory(_sample.Folder["small"]);
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess
            || !Try("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder.FullName))
            Assert.Skip("May not mount a small file system here: that takes root on Linux.");
        try
        {
            var arguments = _sample.RestoreArguments();
            arguments[^1] = Path.Combine(folder.FullName, "restored.onnx");
            Transcript.Of(arguments).Refused(74);
            Assert.Empty(folder.EnumerateFileSystemInfos());
        }
        finally
        {
            Try("umount", folder.FullName);
        }
    }

    public void Dispose() => _sample.Dispose();

    private static bool Try(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false,
                RedirectStandardError = true,
            })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
