using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Files;

namespace OnnxSplitter.Hosting;

/// <summary>What commands check about the files they are given before any work.</summary>
public static class InputOutput
{
    /// <summary>Refuses outputs that exist, that are one of the inputs, or that are each other.</summary>
    /// <exception cref="OutputExistsException">One of these is so.</exception>
    public static void Check(IReadOnlyList<string> outputs, IEnumerable<string?> inputs, bool force)
    {
        FileCommit.RefuseShared(outputs, inputs);
        foreach (var output in outputs) FileCommit.RefuseExisting(output, force);
    }

    /// <summary>
    /// Finishes what a kill broke off when these files were written, so that those that belong together fit.
    /// </summary>
    /// <param name="paths">Files that will be read; standard input is none.</param>
    /// <exception cref="OutputFailedException">A file can't get its name.</exception>
    public static void Recover(params IEnumerable<string> paths)
    {
        foreach (var path in paths.Where(path => path != Streams.Standard)) FileCommit.Recover(path);
    }

    /// <summary>Refuses an input file that can't be opened, after <see cref="Recover"/>.</summary>
    /// <exception cref="ModelFormatException">It can't.</exception>
    public static void CheckReadable(string model)
    {
        Recover(model);
        using var file = InputFile.Open(model);
    }
}
