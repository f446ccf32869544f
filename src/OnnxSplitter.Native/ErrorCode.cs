namespace OnnxSplitter.Native;

/// <summary>What functions return; <c>onnxsplit.h</c> says what each means.</summary>
internal enum ErrorCode
{
    Ok = 0,
    BadArgument = 1,
    NotTrusted = 2,
    NotOpened = 3,
    Terms = 4,
    Secrets = 5,
    Key = 6,
    Mismatch = 7,
    Model = 8,
    Io = 9,
    Other = 10,
}
