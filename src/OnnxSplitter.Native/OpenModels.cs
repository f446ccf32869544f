using System.Collections.Concurrent;
using OnnxSplitter.Runtime;

namespace OnnxSplitter.Native;

/// <summary>
/// The models that are open, by numbers that are never used again: what is closed, or was never open, is found out
/// without looking at memory that it might have named.
/// </summary>
internal static class OpenModels
{
    private static readonly ConcurrentDictionary<ulong, OpenModel> Models = new();

    private static ulong _last;

    /// <summary>Gives a model a number.</summary>
    /// <param name="model">Owned by this table from here on.</param>
    public static ulong Add(RestoredModel model)
    {
        var number = Interlocked.Increment(ref _last);
        Models[number] = new OpenModel(model);
        return number;
    }

    /// <summary>The model of a number.</summary>
    /// <exception cref="BadArgumentException">There is none.</exception>
    public static OpenModel Get(ulong number) => Models.TryGetValue(number, out var model) ? model : throw None(number);

    /// <summary>Disposes a model, of several threads that ask for it by one.</summary>
    /// <exception cref="BadArgumentException">There is none.</exception>
    public static void Close(ulong number)
    {
        if (!Models.TryRemove(number, out var model)) throw None(number);
        model.Dispose();
    }

    private static BadArgumentException None(ulong number) =>
        new($"{number} is no open model.", "Use what onnxsplit_open has given, once, until it is closed.");
}
