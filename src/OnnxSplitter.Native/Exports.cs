using System.Runtime.InteropServices;

namespace OnnxSplitter.Native;

/// <summary>The functions of <c>onnxsplit.h</c>. No exception leaves them: it would end the process.</summary>
internal static unsafe class Exports
{
    private static readonly byte[] VersionText =
        NativeText.Of(typeof(Exports).Assembly.GetName().Version!.ToString(fieldCount: 3));

    [UnmanagedCallersOnly(EntryPoint = "onnxsplit_open")]
    public static int Open(NativeOptions* options, ulong* model)
    {
        try
        {
            if (model is null) throw Null("model");
            *model = 0;
            *model = OpenModels.Add(Opening.Open(options));
            return (int)ErrorCode.Ok;
        }
        catch (Exception e)
        {
            return (int)LastError.Set(e);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "onnxsplit_part_count")]
    public static int PartCount(ulong model)
    {
        try
        {
            return OpenModels.Get(model).Count;
        }
        catch (Exception e)
        {
            LastError.Set(e);
            return -1;
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "onnxsplit_part_at")]
    public static int PartAt(ulong model, int index, NativePart* part)
    {
        try
        {
            if (part is null) throw Null("part");
            *part = default;
            *part = OpenModels.Get(model).Part(index);
            return (int)ErrorCode.Ok;
        }
        catch (Exception e)
        {
            return (int)LastError.Set(e);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "onnxsplit_close")]
    public static int Close(ulong model)
    {
        try
        {
            if (model != 0) OpenModels.Close(model);
            return (int)ErrorCode.Ok;
        }
        catch (Exception e)
        {
            return (int)LastError.Set(e);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "onnxsplit_error_code")]
    public static int LastErrorCode() => (int)LastError.Code;

    [UnmanagedCallersOnly(EntryPoint = "onnxsplit_error_text")]
    public static nint LastErrorText() => LastError.Text;

    [UnmanagedCallersOnly(EntryPoint = "onnxsplit_version")]
    public static nint Version() => NativeText.AddressOf(VersionText);

    private static BadArgumentException Null(string field) => new($"{field} is NULL.", "Give where to write it.");
}
