namespace OnnxSplitter.Onnx.Files;

/// <content>What can be refused before anything is written.</content>
public sealed partial class FileCommit
{
    /// <summary>Throws if a file can't get this name, as far as that can be told before it is written.</summary>
    /// <param name="path">The target. If a kill broke off a commit to its folder, that is finished first.</param>
    /// <param name="overwrite">Whether an existing file may be replaced.</param>
    /// <exception cref="OutputExistsException">
    /// It exists and may not be replaced, or is a folder or the like.
    /// </exception>
    /// <exception cref="OutputFailedException">Its folder does not exist or can't be written to.</exception>
    public static void Refuse(string path, bool overwrite)
    {
        RefuseExisting(path, overwrite);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder))
            throw new OutputFailedException($"{path} can't be written: {folder} is no folder.",
                "Make the folder first.");
        if (!SystemFiles.CanWrite(folder))
            throw new OutputFailedException(
                $"{path} can't be written: no file can be made in {folder}.", "Check the folder's permissions.");
    }

    /// <summary>
    /// Throws if what is there may not be replaced: the part of <see cref="Refuse"/> that needs no knowledge of whether
    /// the folder will be made, which a model with data files may ask for.
    /// </summary>
    /// <param name="path">See <see cref="Refuse"/>.</param>
    /// <param name="overwrite">See <see cref="Refuse"/>.</param>
    /// <exception cref="OutputExistsException">See <see cref="Refuse"/>.</exception>
    public static void RefuseExisting(string path, bool overwrite)
    {
        if (Directory.Exists(path) || Path.GetDirectoryName(Path.GetFullPath(path)) is null)
            throw new OutputExistsException($"{path} is a folder.", "Name a file.");
        Recover(path);
        if (!File.Exists(path)) return;
        if (!FileStatus.IsRegular(path))
            throw new OutputExistsException($"{path} is no file, but a pipe or a device.", "Name a file.");
        if (!overwrite) throw Exists(path);
    }

    /// <summary>Throws if an output is one of the inputs, or another output.</summary>
    /// <param name="outputs">Paths of what will be written.</param>
    /// <param name="inputs">Paths of what is read; null for what is not.</param>
    /// <exception cref="OutputExistsException">One is.</exception>
    public static void RefuseShared(IReadOnlyList<string> outputs, params IEnumerable<string?> inputs)
    {
        string[] read = [.. inputs.OfType<string>()];
        for (var i = 0; i < outputs.Count; i++)
        {
            foreach (var input in read) FileIdentity.RefuseSame(input, outputs[i]);
            if (outputs.Take(i).FirstOrDefault(other => FileIdentity.Same(other, outputs[i])) is { } same)
                throw new OutputExistsException(
                    $"Two outputs would be one file: {same} and {outputs[i]}.", "Give each a name of its own.");
        }
    }

    /// <summary>Throws if a model can't get this name and its data files theirs.</summary>
    /// <param name="path">Target of the <c>.onnx</c> file.</param>
    /// <param name="dataFiles">
    /// Names of its data files. With any, the target's folder may be missing; its parent may not.
    /// </param>
    /// <param name="overwrite">Whether existing files may be replaced.</param>
    /// <exception cref="OutputExistsException">
    /// A target exists and may not be replaced, or is a folder or the like.
    /// </exception>
    /// <exception cref="OutputFailedException">The folder does not exist or can't be written to.</exception>
    public static void RefuseModel(string path, IReadOnlyCollection<string> dataFiles, bool overwrite)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (dataFiles.Count > 0 && folder is not null && !Path.Exists(folder))
        {
            Refuse(folder, overwrite: false);
            return;
        }

        Refuse(path, overwrite);
        foreach (var name in dataFiles)
        {
            var target = Path.Combine(folder!, name);
            if (Directory.Exists(target))
                throw new OutputExistsException($"{target} is a folder.", "Choose another folder.");
            if (!overwrite && File.Exists(target)) throw Exists(target, choice: "folder");
            if (StagedName.HasLinks(folder!, name.Split('/')[..^1]))
                throw new OutputExistsException($"A folder on the way to {target} is a link.",
                    "Choose another folder.");
        }
    }

    /// <summary>What is written for a model: the <c>.onnx</c> file and its data files.</summary>
    /// <param name="path">Path of the <c>.onnx</c> file.</param>
    /// <param name="dataFiles">Names of its data files.</param>
    public static IEnumerable<string> ModelTargets(string path, IEnumerable<string> dataFiles)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return dataFiles.Select(name => Path.Combine(folder, name)).Prepend(path);
    }
}
