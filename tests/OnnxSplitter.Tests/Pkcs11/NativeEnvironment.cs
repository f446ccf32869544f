using System.Runtime.InteropServices;
using System.Text;

namespace OnnxSplitter.Tests.Pkcs11;

/// <summary>Variables as native libraries see them: on Unix, what .NET sets it keeps to itself.</summary>
internal static class NativeEnvironment
{
    private delegate int SetVariable(byte[] name, byte[] value, int overwrite);

    public static void Set(string name, string value)
    {
        var runtime = NativeLibrary.Load("libc.so.6");
        var set = Marshal.GetDelegateForFunctionPointer<SetVariable>(NativeLibrary.GetExport(runtime, "setenv"));
        if (set(Text(name), Text(value), 1) != 0) throw new InvalidOperationException($"{name} can't be set.");
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text + "\0");
}
