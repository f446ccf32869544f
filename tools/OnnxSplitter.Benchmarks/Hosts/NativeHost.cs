using System.Runtime.InteropServices;
using System.Text;
using OnnxSplitter.Native;

namespace OnnxSplitter.Benchmarks.Hosts;

/// <summary>Calls the native library from this process, by addresses of its functions.</summary>
/// <param name="path">The library.</param>
internal sealed unsafe class NativeHost(string path)
{
    private readonly nint _library = NativeLibrary.Load(path);

    /// <summary>Changes what the library is given, as no careful caller would.</summary>
    public delegate void Spoil(NativeOptions* options);

    public string Version => Text(((delegate* unmanaged<byte*>)At("onnxsplit_version"))());

    public ErrorCode ErrorCode => (ErrorCode)((delegate* unmanaged<int>)At("onnxsplit_error_code"))();

    public string ErrorText => Text(((delegate* unmanaged<byte*>)At("onnxsplit_error_text"))());

    /// <summary>Opens a model.</summary>
    /// <returns>The code, and the handle: 0 for none.</returns>
    public (ErrorCode Code, ulong Model) Open(NativeArguments arguments, Spoil? spoil = null)
    {
        var memory = new List<nint>();
        try
        {
            var options = new NativeOptions
            {
                Size = (nuint)sizeof(NativeOptions),
                Model = Source(arguments.Model),
                Secrets = Source(arguments.Secrets),
                Identity = Source(arguments.Identity),
                Trust = Source(arguments.Trust),
                SignerName = Copy(arguments.SignerName),
                Passphrase = Copy(arguments.Passphrase),
                Audience = Copy(arguments.Audience),
                DataFolder = Copy(arguments.DataFolder),
                Digests = arguments.Digests,
            };
            spoil?.Invoke(&options);
            var model = ulong.MaxValue;
            return (Open(&options, &model), model);
        }
        finally
        {
            foreach (var address in memory) Marshal.FreeHGlobal(address);
        }

        byte* Copy(string? text) => text is null ? null : Allocate([.. Encoding.UTF8.GetBytes(text), 0]);

        NativeSource Source(object? file) => file switch
        {
            byte[] bytes => new NativeSource { Bytes = Allocate(bytes), Length = (nuint)bytes.Length },
            _ => new NativeSource { Path = Copy((string?)file) },
        };

        byte* Allocate(byte[] bytes)
        {
            var address = Marshal.AllocHGlobal(bytes.Length);
            memory.Add(address);
            Marshal.Copy(bytes, 0, address, bytes.Length);
            return (byte*)address;
        }
    }

    public ErrorCode Open(NativeOptions* options, ulong* model) =>
        (ErrorCode)((delegate* unmanaged<NativeOptions*, ulong*, int>)At("onnxsplit_open"))(options, model);

    public int PartCount(ulong model) => ((delegate* unmanaged<ulong, int>)At("onnxsplit_part_count"))(model);

    public ErrorCode PartAt(ulong model, int index, NativePart* part) =>
        (ErrorCode)((delegate* unmanaged<ulong, int, NativePart*, int>)At("onnxsplit_part_at"))(model, index, part);

    public ErrorCode Close(ulong model) => (ErrorCode)((delegate* unmanaged<ulong, int>)At("onnxsplit_close"))(model);

    /// <summary>An open model's parts: name, address, length.</summary>
    public IReadOnlyList<(string Name, nint Address, long Length)> Parts(ulong model)
    {
        var parts = new List<(string Name, nint Address, long Length)>();
        for (var index = 0; index < PartCount(model); index++)
        {
            NativePart part;
            if (PartAt(model, index, &part) != ErrorCode.Ok) throw new InvalidOperationException(ErrorText);
            parts.Add((Text((byte*)part.Name), part.Data, (long)part.Length));
        }

        return parts;
    }

    /// <summary>A copy of a part's bytes.</summary>
    public static byte[] Bytes(nint address, long length) =>
        new ReadOnlySpan<byte>((byte*)address, (int)length).ToArray();

    private static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text)!;

    private nint At(string name) => NativeLibrary.GetExport(_library, name);
}
