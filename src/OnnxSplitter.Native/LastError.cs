using System.Text;
using OnnxSplitter.Onnx;

namespace OnnxSplitter.Native;

/// <summary>What failed last, for each thread on its own.</summary>
internal static class LastError
{
    private static readonly byte[] NoMemory = NativeText.Of("There is too little memory. Open smaller models.");
    private static readonly byte[] Nothing = NativeText.Of("");

    // A thread's text ends with the thread: it is the garbage collector's.
    [ThreadStatic]
    private static byte[]? _text;

    [ThreadStatic]
    private static ErrorCode _code;

    /// <summary>The code.</summary>
    public static ErrorCode Code => _code;

    /// <summary>Where the text lies, until the next failure of this thread.</summary>
    public static nint Text => NativeText.AddressOf(_text ?? Nothing);

    /// <summary>Remembers a failure.</summary>
    /// <returns>Its code.</returns>
    public static ErrorCode Set(Exception failure)
    {
        _code = ErrorCodes.Of(failure);
        try
        {
            _text = failure is OutOfMemoryException ? NoMemory : NativeText.Of(Describe(failure));
        }
        catch (OutOfMemoryException)
        {
            _text = NoMemory;
        }

        return _code;
    }

    // Of what nobody meant to be read, not the message: it might hold what was worked on.
    private static string Describe(Exception failure) => failure is OnnxSplitterException expected
        ? $"{Fields(expected.Message, expected.Properties)} {Fields(expected.Remedy, expected.Properties)}"
        : $"The library has a fault: {failure.GetType().Name}. Report it, with the calls that led to it.";

    // What .NET hosts set as properties, others set as fields.
    private static string Fields(string text, IReadOnlyList<string> properties)
    {
        foreach (var property in properties)
            text = text.Replace(property, Field(property), StringComparison.Ordinal);
        return text;
    }

    private static string Field(string property)
    {
        var name = new StringBuilder();
        foreach (var letter in property[(property.LastIndexOf('.') + 1)..])
        {
            if (char.IsUpper(letter) && name.Length > 0) name.Append('_');
            name.Append(char.ToLowerInvariant(letter));
        }

        return name.ToString();
    }
}
