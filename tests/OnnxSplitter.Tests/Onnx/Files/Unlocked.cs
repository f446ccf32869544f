using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace OnnxSplitter.Tests.Onnx.Files;

/// <summary>
/// Opens files that .NET would not, since a commit that runs has locked them: what a kill leaves is read from outside.
/// </summary>
internal static partial class Unlocked
{
    private const int ReadOnly = 0;

    public static FileStream Open(string path)
    {
        var descriptor = Open(path, ReadOnly);
        Assert.True(descriptor >= 0, path);
        return new FileStream(new SafeFileHandle(descriptor, ownsHandle: true), FileAccess.Read);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);
}
