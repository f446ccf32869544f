using System.Runtime.InteropServices;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace OnnxSplitter.Pkcs11;

/// <summary>
/// A PKCS#11 library, loaded once for all that use it: finalising it ends everybody's sessions (PKCS#11 2.40,
/// C_Finalize).
/// </summary>
internal sealed class TokenModule : IDisposable
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, TokenModule> Loaded = new(StringComparer.Ordinal);

    // The wrapper asks for libdl, a name that on Linux only development packages install.
    static TokenModule() => NativeLibrary.SetDllImportResolver(
        typeof(Pkcs11Exception).Assembly,
        (name, _, _) => name == "libdl" && NativeLibrary.TryLoad("libdl.so.2", out var handle) ? handle : IntPtr.Zero);

    private readonly string _path;
    private int _users;

    private TokenModule(string path, IPkcs11Library library)
    {
        _path = path;
        Library = library;
    }

    public IPkcs11Library Library { get; }

    /// <summary>Loads a library, or shares the one that is loaded. Every user disposes it.</summary>
    /// <exception cref="UnmanagedException">It is no library.</exception>
    /// <exception cref="Pkcs11Exception">It can't be initialised.</exception>
    public static TokenModule Load(string path)
    {
        lock (Gate)
        {
            if (!Loaded.TryGetValue(path, out var module))
            {
                var factories = new Pkcs11InteropFactories();
                module = new TokenModule(
                    path, factories.Pkcs11LibraryFactory.LoadPkcs11Library(factories, path, AppType.MultiThreaded));
                Loaded.Add(path, module);
            }

            module._users++;
            return module;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (Gate)
        {
            if (--_users > 0) return;
            Loaded.Remove(_path);
            Library.Dispose();
        }
    }
}
